# What is installed beside the programs and modules, and the Debian package.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
include(CMakePackageConfigHelpers)

set(PLUGIN_DIR ${CMAKE_INSTALL_LIBDIR}/bpf-tidy)
set(SHARE_DIR ${CMAKE_INSTALL_DATADIR}/bpf-tidy)
set(PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/BpfTidy)
configure_package_config_file(cmake/BpfTidyConfig.cmake.in package/BpfTidyConfig.cmake
  INSTALL_DESTINATION ${PACKAGE_DIR} PATH_VARS PLUGIN_DIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/package/BpfTidyConfigVersion.cmake
  COMPATIBILITY SameMajorVersion)
file(RELATIVE_PATH PLUGIN_DIR_FROM_SHARE /x/${SHARE_DIR} /x/${PLUGIN_DIR})
configure_file(cmake/bpf-tidy.mk.in package/bpf-tidy.mk @ONLY)

install(FILES ${CMAKE_BINARY_DIR}/package/BpfTidyConfig.cmake
  ${CMAKE_BINARY_DIR}/package/BpfTidyConfigVersion.cmake DESTINATION ${PACKAGE_DIR})
install(FILES ${CMAKE_BINARY_DIR}/package/bpf-tidy.mk DESTINATION ${SHARE_DIR})
install(PROGRAMS scripts/git-hook DESTINATION ${SHARE_DIR})
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The package is for one LLVM, whose shared libraries dpkg-shlibdeps finds. The
# compiler's own headers are data, which it does not find.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME bpf-tidy)
set(CPACK_PACKAGE_CONTACT "the authors of bpf-tidy <bpf-tidy@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "static checker for kernel pointers in BPF programs")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS libclang-common-${LLVM_VERSION_MAJOR}-dev)
# Next to no BPF program does without libbpf's headers.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
  "clang-${LLVM_VERSION_MAJOR}, clang-tidy-${LLVM_VERSION_MAJOR}, libbpf-dev")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bpftool, git")
include(CPack)
