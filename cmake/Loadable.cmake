# What a clang or a clang-tidy loads.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# add_loadable(TARGET NAME [SOURCES...])
#
# Makes NAME-<LLVM>.so, which users name to the host, and the checks that it
# loads from a folder beside it where the host is of that LLVM. The second
# target is TARGET-checks.
function(add_loadable TARGET NAME)
  set(FOLDER llvm-${LLVM_VERSION_MAJOR})
  set(LIBS_DIR ${CMAKE_INSTALL_LIBDIR}/bpf-tidy)
  add_library(${TARGET}-checks MODULE ${ARGN} $<TARGET_OBJECTS:checks>
    $<TARGET_OBJECTS:tidy-checks>)
  target_link_libraries(${TARGET}-checks PRIVATE llvm-headers)
  set_target_properties(${TARGET}-checks PROPERTIES PREFIX "" OUTPUT_NAME ${NAME}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/${FOLDER})
  install(TARGETS ${TARGET}-checks LIBRARY DESTINATION ${LIBS_DIR}/${FOLDER})

  set(HASH_DIR ${CMAKE_CURRENT_BINARY_DIR}/${TARGET}-hash)
  set(HASH_OF ${PROJECT_SOURCE_DIR}/cmake/HashOf.cmake)
  add_custom_command(OUTPUT ${HASH_DIR}/ChecksHash.inc
    COMMAND ${CMAKE_COMMAND} -DFILE=$<TARGET_FILE:${TARGET}-checks>
            -DOUT=${HASH_DIR}/ChecksHash.inc -P ${HASH_OF}
    DEPENDS ${TARGET}-checks ${HASH_OF} VERBATIM)
  add_library(${TARGET} MODULE ${PROJECT_SOURCE_DIR}/plugin/Loader.cpp ${HASH_DIR}/ChecksHash.inc)
  target_include_directories(${TARGET} PRIVATE ${HASH_DIR})
  target_compile_definitions(${TARGET} PRIVATE BPF_TIDY_LLVM_MAJOR="${LLVM_VERSION_MAJOR}"
    BPF_TIDY_CHECKS="${FOLDER}/${NAME}.so")
  target_compile_options(${TARGET} PRIVATE -Wall -Wextra)
  target_link_libraries(${TARGET} PRIVATE ${CMAKE_DL_LIBS})
  set_target_properties(${TARGET} PROPERTIES PREFIX ""
    OUTPUT_NAME ${NAME}-${LLVM_VERSION_MAJOR})
  install(TARGETS ${TARGET} LIBRARY DESTINATION ${LIBS_DIR})
endfunction()
