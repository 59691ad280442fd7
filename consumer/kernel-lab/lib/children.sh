# What takes long, and ends when "run" does. A shell heeds a signal only when the command that it waits for has
# ended, but at once in "wait": so such a command runs beside it.

CHILD=''

# What is started with these words before it is killed with its parent, where there is setpriv.
LEASH=()
! command -v setpriv >/dev/null || LEASH=(setpriv --pdeathsig KILL)

# patiently COMMAND...: returns its status.
patiently() {
  local status=0
  "$@" &
  CHILD=$!
  wait_for_child || status=$?
  return "$status"
}

wait_for_child() {
  local status=0
  wait "$CHILD" || status=$?
  CHILD=''
  return "$status"
}

# The shell would say that it was terminated.
end_child() {
  [ -n "$CHILD" ] || return 0
  { kill "$CHILD" && wait "$CHILD"; } 2>/dev/null || true
}
