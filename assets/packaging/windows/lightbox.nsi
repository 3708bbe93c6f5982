; The Windows setup of Lightbox. build.sh passes VERSION, STAGE (the folder with what is
; installed), INSTALL and REMOVE (lists of it that it makes), SIZE and SPACE (KiB: what it takes,
; and what has to be free) and OUT.
;
;   setup.exe                 asks for whom and where
;   setup.exe /S              for this user, silently, without an administrator
;   setup.exe /S /AllUsers    for everyone, from an administrator's prompt
;     /D=FOLDER               elsewhere; last, without quotes
;     /DCM                    has .dcm files opened with Lightbox
;   uninstall.exe /S [/PURGE] removes it; with /PURGE this user's data too
;
; Exit statuses: 0 done, 1 given up by the user, 2 not done, and why was said: in a
; box, or with /S on standard error.
;
; The new version is laid down beside the old one and takes its place by renaming, so
; that a full disk, a running program or an end in the middle leave the old one whole.

Unicode true
Target amd64-unicode
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include WordFunc.nsh
!include nsDialogs.nsh

Name "Lightbox ${VERSION}"
OutFile "${OUT}"
SetCompressor /SOLID lzma
SetCompressorDictSize 32
SetDateSave on
RequestExecutionLevel user
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10
BrandingText " "
ShowInstDetails nevershow
ShowUninstDetails nevershow
AllowSkipFiles off
AutoCloseWindow false

!ifdef SIGN
  !uninstfinalize '"${SIGN}" "%1"' = 0
!endif

VIProductVersion "${VERSION}.0"
VIFileVersion "${VERSION}.0"
VIAddVersionKey /LANG=0 ProductName "Lightbox"
VIAddVersionKey /LANG=0 ProductVersion "${VERSION}"
VIAddVersionKey /LANG=0 FileVersion "${VERSION}"
VIAddVersionKey /LANG=0 FileDescription "Lightbox setup"
VIAddVersionKey /LANG=0 CompanyName "${PUBLISHER}"
VIAddVersionKey /LANG=0 LegalCopyright "Copyright 2026 ${PUBLISHER}. Apache License 2.0."

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Lightbox"
!define APP_PATH_KEY "Software\Microsoft\Windows\CurrentVersion\App Paths\lightbox.exe"
!define APPLICATION_KEY "Software\Classes\Applications\lightbox.exe"
!define PROGID "Lightbox.DICOM"

Var AllUsers    ; 1: for everyone
Var Associate   ; 1: .dcm opens with Lightbox
Var Purge       ; uninstaller, 1: the user's data too
Var FilesOnly   ; uninstaller, 1: called by a setup for the version before
Var HadOld      ; 1: a version before was renamed out of the way
Var Page.All
Var Page.DCM
Var Page.Purge

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_NOAUTOCLOSE
!define MUI_FINISHPAGE_RUN "$INSTDIR\lightbox.exe"

!insertmacro MUI_PAGE_LICENSE "${STAGE}\LICENSE"
Page custom forWhom forWhomLeave
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE directoryLeave
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
UninstPage custom un.whatElse un.whatElseLeave
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!include "${TEXTS}"

; ---- saying why. In a box, or with /S on the standard error of whoever called.

!macro sayFunctions UN
Function ${UN}complain ; the sentence is on the stack
  Exch $0
  ${If} ${Silent}
    Push $1
    Push $2
    Push $3
    System::Call 'kernel32::AttachConsole(i -1)'
    System::Call 'kernel32::GetStdHandle(i -12) p .r1'
    ; In UTF-8, as the program writes too.
    StrCpy $0 "$0$\r$\n"
    System::Call 'kernel32::WideCharToMultiByte(i 65001, i 0, w r0, i -1, p 0, i 0, p 0, p 0) i .r3'
    System::Alloc $3
    Pop $2
    System::Call 'kernel32::WideCharToMultiByte(i 65001, i 0, w r0, i -1, p r2, i r3, p 0, p 0)'
    IntOp $3 $3 - 1 ; without the zero at its end
    System::Call 'kernel32::WriteFile(p r1, p r2, i r3, *i .n, p 0)'
    System::Free $2
    Pop $3
    Pop $2
    Pop $1
  ${Else}
    MessageBox MB_OK|MB_ICONSTOP "$0"
  ${EndIf}
  Pop $0
FunctionEnd

; The context of this user or of everyone, for $SMPROGRAMS, SHCTX and the rest.
Function ${UN}context
  ${If} $AllUsers = 1
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
FunctionEnd

; Puts 1 on the stack if this process may write for everyone.
Function ${UN}isAdministrator
  Push $0
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 == "Admin"
    StrCpy $0 1
  ${Else}
    StrCpy $0 0
  ${EndIf}
  Exch $0
FunctionEnd

; Puts 1 on the stack if the program in the folder on the stack is running: Windows
; lets nobody write to the file of a program that does.
Function ${UN}isRunning
  Exch $0
  Push $1
  ${If} ${FileExists} "$0\lightbox.exe"
    ClearErrors
    FileOpen $1 "$0\lightbox.exe" a
    ${If} ${Errors}
      StrCpy $0 1
    ${Else}
      FileClose $1
      StrCpy $0 0
    ${EndIf}
  ${Else}
    StrCpy $0 0
  ${EndIf}
  ClearErrors
  Pop $1
  Exch $0
FunctionEnd
!macroend
!insertmacro sayFunctions ""
!insertmacro sayFunctions "un."

!macro giveUp SENTENCE
  Push "${SENTENCE}"
  Call complain
  SetErrorLevel 2
  Quit
!macroend
; The same on a page, where something else can still be chosen.
!macro refuse SENTENCE
  Push "${SENTENCE}"
  Call complain
  SetErrorLevel 2
  ${If} ${Silent}
    Quit
  ${EndIf}
  Abort
!macroend
!macro un.giveUp SENTENCE
  Push "${SENTENCE}"
  Call un.complain
  SetErrorLevel 2
  Quit
!macroend

; ---- before anything is shown.

Function .onInit
  SetRegView 64
  StrCpy $HadOld 0
  ${IfNot} ${AtLeastWin10}
    !insertmacro giveUp "$(TooOldWindows)"
  ${EndIf}
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/AllUsers" $R1
  ${If} ${Errors}
    StrCpy $AllUsers 0
  ${Else}
    StrCpy $AllUsers 1
  ${EndIf}
  ClearErrors
  ${GetOptions} $R0 "/DCM" $R1
  ${If} ${Errors}
    StrCpy $Associate 0
  ${Else}
    StrCpy $Associate 1
  ${EndIf}
  ClearErrors
  ${If} $AllUsers = 1
    Call isAdministrator
    Pop $R1
    ${If} $R1 = 0
      ${If} ${Silent}
        !insertmacro giveUp "$(NeedsAdministrator)"
      ${Else}
        Call asAdministrator
      ${EndIf}
    ${EndIf}
  ${EndIf}
  Call context
  Call chooseFolder
  ${If} ${Silent}
    Call mayInstall
  ${EndIf}
FunctionEnd

; Starts this setup again with an administrator's rights, and ends this one.
Function asAdministrator
  ClearErrors
  ExecShell "runas" "$EXEPATH" "/AllUsers"
  ${If} ${Errors}
    !insertmacro giveUp "$(NeedsAdministrator)"
  ${EndIf}
  SetErrorLevel 0
  Quit
FunctionEnd

; $INSTDIR: as /D says, else where it is installed, else where such programs go.
Function chooseFolder
  ${If} $INSTDIR == ""
    ReadRegStr $INSTDIR SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $AllUsers = 1
      StrCpy $INSTDIR "$PROGRAMFILES64\Lightbox"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\Lightbox"
    ${EndIf}
  ${EndIf}
FunctionEnd

; Ends with a sentence where this version cannot be installed into $INSTDIR. Nothing
; has been touched then.
Function mayInstall
  ; The .msi is Windows Installer's, which must not find its files changed.
  ReadRegStr $0 HKLM "Software\Lightbox" "InstalledBy"
  ${If} $0 == "msi"
  ${AndIf} $AllUsers = 1
    !insertmacro refuse "$(InstalledByMSI)"
  ${EndIf}
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "DisplayVersion"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 = 1
      !insertmacro refuse "$(NewerInstalled)"
    ${EndIf}
  ${EndIf}
  ; What an interrupted setup left half done.
  ${If} ${FileExists} "$INSTDIR.old\uninstall.exe"
    ${IfNot} ${FileExists} "$INSTDIR\lightbox.exe"
      RMDir "$INSTDIR"
      Rename "$INSTDIR.old" "$INSTDIR"
    ${EndIf}
  ${EndIf}
  ; Windows ends paths at 260 characters for what does not ask for more.
  StrLen $0 "$INSTDIR"
  ${If} $0 > 180
    !insertmacro refuse "$(PathTooLong)"
  ${EndIf}
  Push "$INSTDIR"
  Call isRunning
  Pop $0
  ReadRegStr $1 SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $1 != ""
    Push $1
    Call isRunning
    Pop $1
  ${EndIf}
  ${If} $0 = 1
  ${OrIf} $1 = 1
    !insertmacro refuse "$(IsRunning)"
  ${EndIf}
  ; Our own folder, an empty one, or none: nobody else's files are moved.
  ${IfNot} ${FileExists} "$INSTDIR\uninstall.exe"
    ${DirState} "$INSTDIR" $0
    ${If} $0 = 1
      !insertmacro refuse "$(FolderNotEmpty)"
    ${EndIf}
  ${EndIf}
  ; What is written, and a tenth more: the version before stays until this one is whole. The
  ; folder itself is not there yet, its drive is.
  StrCpy $0 "$INSTDIR" 3
  System::Call 'kernel32::GetDiskFreeSpaceExW(w r0, *l .r1, p 0, p 0) i .r2'
  ${If} $2 <> 0
    System::Int64Op $1 / 1024
    Pop $1
    System::Int64Op $1 < ${SPACE}
    Pop $2
    ${If} $2 = 1
      !insertmacro refuse "$(NoSpace)"
    ${EndIf}
  ${EndIf}
FunctionEnd

; ---- the pages.

Function forWhom
  !insertmacro MUI_HEADER_TEXT "$(ForWhomTitle)" "$(ForWhomText)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateRadioButton} 0 10u 100% 12u "$(ForMe)"
  Pop $1
  ${NSD_CreateRadioButton} 0 28u 100% 12u "$(ForEveryone)"
  Pop $Page.All
  ${If} $AllUsers = 1
    ${NSD_Check} $Page.All
  ${Else}
    ${NSD_Check} $1
  ${EndIf}
  ${NSD_CreateCheckbox} 0 60u 100% 12u "$(OpenDCM)"
  Pop $Page.DCM
  ${If} $Associate = 1
    ${NSD_Check} $Page.DCM
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function forWhomLeave
  ${NSD_GetState} $Page.DCM $Associate
  ${NSD_GetState} $Page.All $0
  ${If} $0 <> $AllUsers
    StrCpy $AllUsers $0
    ${If} $AllUsers = 1
      Call isAdministrator
      Pop $1
      ${If} $1 = 0
        Call asAdministrator
      ${EndIf}
    ${EndIf}
    Call context
    StrCpy $INSTDIR ""
    Call chooseFolder
  ${EndIf}
FunctionEnd

Function directoryLeave
  Call mayInstall
FunctionEnd

; ---- installing.

Section "Lightbox" SecMain
  Call context
  RMDir /r "$INSTDIR.new" ; of a setup that was interrupted
  ClearErrors
  CreateDirectory "$INSTDIR.new"
  ${If} ${Errors}
    !insertmacro giveUp "$(CannotWrite)"
  ${EndIf}
  SetOverwrite on
  !include "${INSTALL}"
  WriteUninstaller "$INSTDIR.new\uninstall.exe"
  WriteINIStr "$INSTDIR.new\uninstall.ini" "Lightbox" "AllUsers" "$AllUsers"
  ${If} ${Errors}
    SetOutPath "$TEMP" ; not in the folder that is removed
    RMDir /r "$INSTDIR.new"
    !insertmacro giveUp "$(CannotWrite)"
  ${EndIf}
  SetOutPath "$TEMP"

  ; Has it been started meanwhile?
  Push "$INSTDIR"
  Call isRunning
  Pop $0
  ${If} $0 = 1
    RMDir /r "$INSTDIR.new"
    !insertmacro giveUp "$(IsRunning)"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\uninstall.exe"
    Push "$INSTDIR.old" ; of an upgrade before, if it is still there
    Call removeFrom
    Push "$INSTDIR"
    Push "$INSTDIR.old"
    Call renameFolder
    ${If} ${Errors}
      RMDir /r "$INSTDIR.new"
      !insertmacro giveUp "$(IsRunning)"
    ${EndIf}
    StrCpy $HadOld 1
  ${Else}
    RMDir "$INSTDIR" ; an empty one
    ClearErrors
  ${EndIf}
  Push "$INSTDIR.new"
  Push "$INSTDIR"
  Call renameFolder
  ${If} ${Errors}
    ${If} $HadOld = 1
      Rename "$INSTDIR.old" "$INSTDIR"
    ${EndIf}
    RMDir /r "$INSTDIR.new"
    !insertmacro giveUp "$(CannotWrite)"
  ${EndIf}
  Push "$INSTDIR.old"
  Call removeFrom
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 != ""
  ${AndIf} $0 != $INSTDIR ; it was elsewhere
    Push $0
    Call removeFrom
  ${EndIf}
  Call register
SectionEnd

; Renames the folder that is second on the stack to the name on top of it; sets the
; error flag if it cannot. A virus scanner that looks at what was just written holds a
; folder for a moment, so this tries for ten seconds.
Function renameFolder
  Exch $0
  Exch
  Exch $1
  Push $2
  ${For} $2 1 40
    ClearErrors
    Rename "$1" "$0"
    ${IfNot} ${Errors}
      ${ExitFor}
    ${EndIf}
    Sleep 250
  ${Next}
  Pop $2
  Pop $1
  Pop $0
FunctionEnd

; Where a file could not be written NSIS ends the section and comes here.
Function .onInstFailed
  SetOutPath "$TEMP" ; not in the folder that is removed
  RMDir /r "$INSTDIR.new"
  Push "$(CannotWrite)"
  Call complain
  SetErrorLevel 2
FunctionEnd

; Has the version in a folder remove its own files, and only those: what a user has
; put there stays.
Function removeFrom ; the folder is on the stack
  Exch $0
  ${If} ${FileExists} "$0\uninstall.exe"
    ExecWait '"$0\uninstall.exe" /S /FilesOnly _?=$0'
    Delete "$0\uninstall.exe"
    RMDir "$0"
  ${EndIf}
  ClearErrors
  Pop $0
FunctionEnd

Function register
  CreateShortcut "$SMPROGRAMS\Lightbox.lnk" "$INSTDIR\lightbox.exe" "" "$INSTDIR\lightbox.exe" 0 SW_SHOWNORMAL "" "$(Comment)"
  WriteRegStr SHCTX "${APP_PATH_KEY}" "" "$INSTDIR\lightbox.exe"
  ; Among the programs of "Open with", without taking a file type from anyone.
  WriteRegStr SHCTX "${APPLICATION_KEY}" "FriendlyAppName" "Lightbox"
  WriteRegStr SHCTX "${APPLICATION_KEY}\shell\open\command" "" '"$INSTDIR\lightbox.exe" "%1"'
  WriteRegStr SHCTX "${APPLICATION_KEY}\SupportedTypes" ".dcm" ""
  ${If} $Associate = 1
    WriteRegStr SHCTX "Software\Classes\${PROGID}" "" "DICOM"
    WriteRegStr SHCTX "Software\Classes\${PROGID}\DefaultIcon" "" "$INSTDIR\lightbox.exe,0"
    WriteRegStr SHCTX "Software\Classes\${PROGID}\shell\open\command" "" '"$INSTDIR\lightbox.exe" "%1"'
    WriteRegStr SHCTX "Software\Classes\.dcm\OpenWithProgids" "${PROGID}" ""
    ReadRegStr $0 SHCTX "Software\Classes\.dcm" ""
    ${If} $0 != "${PROGID}"
      WriteRegStr SHCTX "Software\Lightbox" "DCMBefore" "$0"
      WriteRegStr SHCTX "Software\Classes\.dcm" "" "${PROGID}"
    ${EndIf}
    System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' ; SHCNE_ASSOCCHANGED
  ${EndIf}
  WriteRegStr SHCTX "Software\Lightbox" "InstalledBy" "setup"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "Lightbox"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\lightbox.exe,0"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
FunctionEnd

; ---- uninstalling.

Function un.onInit
  SetRegView 64
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/FilesOnly" $R1
  ${If} ${Errors}
    StrCpy $FilesOnly 0
  ${Else}
    StrCpy $FilesOnly 1
  ${EndIf}
  ClearErrors
  ${GetOptions} $R0 "/PURGE" $R1
  ${If} ${Errors}
    StrCpy $Purge 0
  ${Else}
    StrCpy $Purge 1
  ${EndIf}
  ClearErrors
  ; Not by comparing paths: one folder has several.
  ReadINIStr $AllUsers "$INSTDIR\uninstall.ini" "Lightbox" "AllUsers"
  ${If} $AllUsers != 1
    StrCpy $AllUsers 0
  ${EndIf}
  ClearErrors
  ${If} $FilesOnly = 0
    Push "$INSTDIR"
    Call un.isRunning
    Pop $0
    ${If} $AllUsers = 1
      Call un.isAdministrator
      Pop $1
      ${If} $1 = 0
        ${If} ${Silent}
          !insertmacro un.giveUp "$(NeedsAdministrator)"
        ${EndIf}
        ClearErrors
        ExecShell "runas" "$INSTDIR\uninstall.exe"
        ${If} ${Errors}
          !insertmacro un.giveUp "$(NeedsAdministrator)"
        ${EndIf}
        Quit
      ${EndIf}
    ${EndIf}
    ${If} $0 = 1
      !insertmacro un.giveUp "$(IsRunning)"
    ${EndIf}
  ${EndIf}
  Call un.context
FunctionEnd

Function un.whatElse
  !insertmacro MUI_HEADER_TEXT "$(RemoveTitle)" "$(RemoveText)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 36u "$(RemoveKeeps)"
  Pop $0
  ${NSD_CreateCheckbox} 0 44u 100% 24u "$(RemoveData)"
  Pop $Page.Purge
  nsDialogs::Show
FunctionEnd

Function un.whatElseLeave
  ${NSD_GetState} $Page.Purge $Purge
FunctionEnd

Section Uninstall
  Call un.context
  !include "${REMOVE}"
  Delete "$INSTDIR\uninstall.ini"
  ${If} $FilesOnly = 0
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR" ; only if nothing of anyone's is in it
    Delete "$SMPROGRAMS\Lightbox.lnk"
    ReadRegStr $0 SHCTX "Software\Classes\.dcm" ""
    ${If} $0 == "${PROGID}"
      ReadRegStr $0 SHCTX "Software\Lightbox" "DCMBefore"
      ${If} $0 == ""
        DeleteRegValue SHCTX "Software\Classes\.dcm" ""
      ${Else}
        WriteRegStr SHCTX "Software\Classes\.dcm" "" "$0"
      ${EndIf}
    ${EndIf}
    DeleteRegValue SHCTX "Software\Classes\.dcm\OpenWithProgids" "${PROGID}"
    DeleteRegKey /ifempty SHCTX "Software\Classes\.dcm\OpenWithProgids"
    DeleteRegKey /ifnosubkeys /ifnovalues SHCTX "Software\Classes\.dcm"
    DeleteRegKey SHCTX "Software\Classes\${PROGID}"
    DeleteRegKey SHCTX "${APPLICATION_KEY}"
    DeleteRegKey SHCTX "${APP_PATH_KEY}"
    DeleteRegKey SHCTX "${UNINSTALL_KEY}"
    DeleteRegKey SHCTX "Software\Lightbox"
    System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
    ${If} $Purge = 1
      ; This user's, also where the program was everyone's.
      SetShellVarContext current
      RMDir /r "$APPDATA\lightbox"
      RMDir /r "$LOCALAPPDATA\lightbox"
      RMDir /r "$APPDATA\fyne\org.lightbox.Lightbox"
      RMDir "$APPDATA\fyne"
    ${EndIf}
  ${EndIf}
SectionEnd
