# The doors beside the command line: the compiler plugin and clangd.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# The compiler has all of Clang, and nothing of clang-tidy: take its library in,
# hidden, so that a second one in the process stays apart.
add_loadable(clang-plugin BpfTidyPlugin Frontend.cpp)
target_sources(clang-plugin PRIVATE AnalyzerApi.cpp)
target_include_directories(clang-plugin SYSTEM PRIVATE ${CLANG_INCLUDE_DIRS})
target_link_libraries(clang-plugin-checks PRIVATE ${LLVM_LIBRARY_DIR}/libclangTidy.a
  -Wl,--exclude-libs,ALL -Wl,--gc-sections)

# clangd needs archives that LLVM's packages have from 17 or so on.
set(CLANGD_ARCHIVES ${LLVM_LIBRARY_DIR}/libclangdMain.a ${LLVM_LIBRARY_DIR}/libclangDaemon.a
  ${LLVM_LIBRARY_DIR}/libclangDaemonTweaks.a ${LLVM_LIBRARY_DIR}/libclangdSupport.a)
set(MISSING_ARCHIVES)
foreach(ARCHIVE IN LISTS CLANGD_ARCHIVES)
  if(NOT EXISTS ${ARCHIVE})
    list(APPEND MISSING_ARCHIVES ${ARCHIVE})
  endif()
endforeach()
if(MISSING_ARCHIVES OR NOT TARGET clang-cpp)
  message(STATUS "bpf-clangd is not built: LLVM ${LLVM_VERSION_MAJOR} here has no libclangdMain.a")
else()
  # The modules of clang-tidy, without the parts that bring another main. Which
  # of the rest exist depends on the release.
  file(GLOB CLANGD_PARTS ${LLVM_LIBRARY_DIR}/libclangTidy*.a
    ${LLVM_LIBRARY_DIR}/libclangIncludeCleaner.a ${LLVM_LIBRARY_DIR}/libclangPseudo*.a
    ${LLVM_LIBRARY_DIR}/libclangQuery.a)
  list(FILTER CLANGD_PARTS EXCLUDE REGEX "clangTidy(Main|Plugin)\\.a$")
  add_executable(bpf-clangd Clangd.cpp $<TARGET_OBJECTS:checks> $<TARGET_OBJECTS:tidy-checks>)
  target_compile_definitions(bpf-clangd PRIVATE
    BPF_TIDY_LLVM_MAJOR="${LLVM_VERSION_MAJOR}" BPF_TIDY_RESOURCE_DIR="${RESOURCE_DIR}")
  target_link_libraries(bpf-clangd PRIVATE llvm-headers
    -Wl,--wrap=_ZN5clang6clangd20provideDefaultChecksEv
    -Wl,--wrap=_ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE
    -Wl,--whole-archive ${LLVM_LIBRARY_DIR}/libclangDaemonTweaks.a -Wl,--no-whole-archive
    -Wl,--start-group ${CLANGD_ARCHIVES} ${CLANGD_PARTS} -Wl,--end-group clang-cpp LLVM)
  install(TARGETS bpf-clangd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  set(BPF_TIDY_CLANGD ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/bpf-clangd PARENT_SCOPE)
endif()
