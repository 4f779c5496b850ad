# EmbedPages.cmake - makes Pages.inc of the pages in docs/checks.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake -DPAGES=DIR -DOUT=FILE -P EmbedPages.cmake
file(GLOB files ${PAGES}/*.md)
list(SORT files)
set(text "// Made from docs/checks.\n")
foreach(file IN LISTS files)
  get_filename_component(rule ${file} NAME_WE)
  file(READ ${file} page)
  string(REPLACE "\\" "\\\\" page "${page}")
  string(REPLACE "\"" "\\\"" page "${page}")
  string(REPLACE "\n" "\\n\"\n  \"" page "${page}")
  string(APPEND text "PAGE(\"${rule}\",\n  \"${page}\")\n")
endforeach()
file(WRITE ${OUT} "${text}")
