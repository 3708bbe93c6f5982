/*
 * lightbox.com: Lightbox on the command line of Windows.
 *
 * lightbox.exe is a program with windows, so that no black console opens behind
 * them; a command interpreter does not wait for such a program and does not get its
 * exit status. Of two programs of one name it takes the .com first. This one starts
 * the .exe beside it with the same arguments and streams, waits for it, and ends with
 * its status.
 */
#ifndef UNICODE
#define UNICODE
#endif
#include <windows.h>

/* Ctrl+C is for the program, which ends by it; then so does this. */
static BOOL WINAPI ignore(DWORD event) { return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT; }

/* Writes one sentence to standard error. */
static int fail(const char *sentence) {
  DWORD written;
  WriteFile(GetStdHandle(STD_ERROR_HANDLE), sentence, lstrlenA(sentence), &written, NULL);
  return 1;
}

/* What follows the program's own name on the command line: the name ends at a space
 * outside of quotes (CommandLineToArgvW). */
static const wchar_t *arguments(void) {
  const wchar_t *c = GetCommandLineW();
  BOOL quoted = FALSE;
  for (; *c && (quoted || (*c != L' ' && *c != L'\t')); c++)
    if (*c == L'"') quoted = !quoted;
  return c;
}

/* Longest path and longest command line of Windows, in characters. */
enum { MAX_NAME = 32767 };

static wchar_t program[MAX_NAME + 1], line[2 * MAX_NAME + 8];

int main(void) {
  DWORD n = GetModuleFileNameW(NULL, program, MAX_NAME);
  if (n < 4 || n >= MAX_NAME) return fail("lightbox: its own place cannot be found.\n");
  lstrcpyW(program + n - 4, L".exe");
  line[0] = L'"';
  lstrcpyW(line + 1, program);
  lstrcatW(line, L"\"");
  lstrcatW(line, arguments());

  /* It ends with this process, however that ends. */
  HANDLE job = CreateJobObjectW(NULL, NULL);
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
  SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
  SetConsoleCtrlHandler(ignore, TRUE);

  STARTUPINFOW start = {0};
  start.cb = sizeof start;
  start.dwFlags = STARTF_USESTDHANDLES;
  start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
  start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
  start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
  PROCESS_INFORMATION child;
  if (!CreateProcessW(program, line, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &start, &child))
    return fail("lightbox: lightbox.exe, which belongs beside lightbox.com, cannot be started; install Lightbox again.\n");
  AssignProcessToJobObject(job, child.hProcess);
  ResumeThread(child.hThread);
  WaitForSingleObject(child.hProcess, INFINITE);
  DWORD status = 1;
  GetExitCodeProcess(child.hProcess, &status);
  return (int)status;
}
