;;; emacs.el --- Eglot, as settings.el of this folder sets it up  -*- lexical-binding: t -*-
;;
;; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
;;
;; Shows the diagnostics, applies the fix, shows what is left.

(setq-default c-basic-offset 8 enable-local-variables nil make-backup-files nil)
(package-initialize)
(load (expand-file-name "settings.el"))

(defun finding ()
  "The first finding of the checks in this buffer."
  (flymake-start)
  (seq-find (lambda (d) (string-match-p "\\[bpf-" (flymake-diagnostic-text d)))
            (flymake-diagnostics)))

(defun wait-until (wanted what)
  "Wait half a minute for WANTED to return non-nil; WHAT names it."
  (with-timeout (30 (error "no %s" what))
    (while (not (funcall wanted)) (accept-process-output nil 0.1))))

(defun say (format-string &rest arguments)
  (princ (concat (apply #'format format-string arguments) "\n")))

(find-file "take.bpf.c")
(run-hooks 'post-command-hook)          ; batch mode has no command loop
(wait-until #'finding "finding")
(let ((found (finding)))
  (goto-char (flymake-diagnostic-beg found))
  (say "%d: %s" (line-number-at-pos) (flymake-diagnostic-text found)))
;; The user takes the first action that is offered, by key, not by mouse.
(setq last-nonmenu-event ?x)
(setq completing-read-function
      (lambda (_prompt actions &rest _)
        (say "action: %s" (caar actions))
        (caar actions)))
(call-interactively #'eglot-code-actions)
(say "text: %s" (string-trim (thing-at-point 'line)))
(save-buffer)                           ; tells the server, as idle time would
(wait-until (lambda () (not (finding))) "end of the finding")
(say "no finding is left")
