# Debian's own compiler, plain: the code must run wherever Debian's does.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER x86_64-linux-gnu-g++)
include(${CMAKE_CURRENT_LIST_DIR}/common.cmake)
