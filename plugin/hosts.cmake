# The doors beside the command line: the compiler plugin and clangd.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# The compiler has all of Clang, and nothing of clang-tidy: take its library in,
# hidden, so that a second one in the process stays apart.
set(PLUGIN_NAME BpfTidyPlugin-${LLVM_VERSION_MAJOR})
add_library(clang-plugin MODULE Frontend.cpp
  Guard.cpp $<TARGET_OBJECTS:checks> $<TARGET_OBJECTS:tidy-checks>)
target_link_libraries(clang-plugin PRIVATE llvm-headers ${LLVM_LIBRARY_DIR}/libclangTidy.a
  -Wl,--exclude-libs,ALL -Wl,--gc-sections)
set_target_properties(clang-plugin PROPERTIES PREFIX "" OUTPUT_NAME ${PLUGIN_NAME})
install(TARGETS clang-plugin LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/bpf-tidy)
set(BPF_TIDY_CLANG_PLUGIN ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/${PLUGIN_NAME}.so PARENT_SCOPE)
