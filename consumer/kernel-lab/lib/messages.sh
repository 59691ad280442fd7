# What the lab says to the person at the keyboard: one line each, on stderr.

# Where stderr is closed or full, that decides nothing.
say() { printf 'kernel-lab: %s\n' "$*" >&2 2>/dev/null || true; }

# The lab itself failed: nothing is known about the command in the guest.
give_up() {
  say "$*"
  exit 125
}

# need_command COMMAND PACKAGE: the machine must have it.
need_command() {
  command -v "$1" >/dev/null || give_up "$1 is missing; install the package $2"
}
