# Where things are: the project, and the folder of what the lab has fetched and made.

PROJECT=$(cd "$HERE/../.." && pwd)
LAB=${DIRTYRANGE_LAB:-$PROJECT/.kernel-lab}

make_lab() {
  mkdir -p "$LAB" 2>/dev/null && [ -w "$LAB" ] ||
    give_up "cannot write to $LAB; set DIRTYRANGE_LAB to another folder"
  LAB=$(cd "$LAB" && pwd)
}
