/** Folders that hold a version control system's own records: never part of what anything is made from. */
const recordFolders: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '.jj'])

/** Files that come and go while an editor saves or a file manager looks, as patterns of their names. */
const temporaryFiles: readonly RegExp[] = [
  // Vim: swap files, backups, and the file by which it finds out whether it may write to a folder.
  /^\..*\.sw[a-z]$/,
  /\.sw[opx]$/,
  /^4913$/,
  // Vim, Emacs, gedit, Kate: backups.
  /~$/,
  // Emacs: locks and automatic saves.
  /^\.#/,
  /^#.*#$/,
  // JetBrains: safe write.
  /___jb_(tmp|old|bak)___$/,
  // gedit and other GLib programs, Kate, Sublime Text: the new content before it is renamed over the old.
  /^\.goutputstream-/,
  /\.kate-swp$/,
  /^\.subl.*\.tmp$/,
  /^\.DS_Store$/,
  /^\._/,
  /^Thumbs\.db$/,
]

/** Whether no input cares for a file or folder of this name, whatever the input's own rules say. */
export function isAlwaysIgnored(name: string, isFolder: boolean): boolean {
  // In a linked worktree or a submodule `.git` is a file.
  if (recordFolders.has(name)) return true
  return !isFolder && temporaryFiles.some(pattern => pattern.test(name))
}
