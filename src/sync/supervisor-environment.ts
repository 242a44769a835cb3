/**
 * Shell commands that put `env` in front of the arguments, with those environment variables whose names are no words of a
 * shell, such as `spring.profiles.active`: dash and busybox drop them, bash passes them on. The environment that the shell was
 * given is in `/proc`, each variable ended by a NUL, which takes the place of the new line here, and it the place of a control
 * character.
 *
 * In backquotes, since bash parses a `$()` again whenever it comes to it, and a trap that it runs meanwhile is lost.
 */
export const keepEnvironment = `
IFS='
'
set -f
variables=0
for variable in \`tr '\\000\\n' '\\n\\001' <"/proc/$$/environ"\`; do
  case \${variable%%=*} in
    [!A-Za-z_]* | *[!A-Za-z0-9_]*)
      variable=\`printf '%s.' "$variable" | tr '\\001' '\\n'\`
      set -- "\${variable%.}" "$@"
      variables=$((variables + 1))
      ;;
  esac
done
[ "$variables" = 0 ] || set -- env -- "$@"
unset IFS
set +f
`
