-- neovim.lua - what Neovim's own client knows: shows the diagnostics, applies the
-- fix, shows what is left.
--
-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

local function findings()
  local found = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do
    if d.code and d.code:find("^bpf-") then table.insert(found, d) end
  end
  return found
end

local function say(text) io.stdout:write(text .. "\n") end

assert(vim.wait(30000, function() return #findings() > 0 end, 50), "no finding")
local found = findings()[1]
say(string.format("%d:%d: %s: %s", found.lnum + 1, found.col + 1, found.code, found.message))

local params = vim.lsp.util.make_range_params()
local lsp = found.user_data.lsp
local position = { line = found.lnum, character = found.col }
params.range = { start = position, ["end"] = position }
params.context = { diagnostics = { {
  range = { start = position, ["end"] = { line = found.end_lnum, character = found.end_col } },
  message = found.message, code = lsp.code, severity = found.severity, source = found.source,
} } }
local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 30000)
for _, answer in pairs(answers) do
  local action = answer.result[1]
  say("action: " .. action.title)
  vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
end
say("text: " .. vim.trim(vim.fn.getline(found.lnum + 1)))
assert(vim.wait(30000, function() return #findings() == 0 end, 50), "the finding stays")
say("no finding is left")
vim.cmd("qall!")
