// Package keys holds which keys and which parts of the mouse do what: profiles,
// each a table from the ids of actions to combinations of keys, and what a user
// has changed in them. What an action does is not known here.
package keys
