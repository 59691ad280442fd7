package io.github.dirtyrange.criu;

import com.google.protobuf.CodedInputStream;
import io.github.dirtyrange.saved.SavedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads which processes a directory is of, and whether one of them was alive. */
final class Processes {

  static final int PID = 1 << Wire.NUMBER;
  static final int PPID = 2 << Wire.NUMBER;
  static final int PGID = 3 << Wire.NUMBER;
  static final int SID = 4 << Wire.NUMBER;
  static final int THREADS = 5 << Wire.NUMBER;

  /** Of {@code core-PID.img}: what is the whole process's. */
  private static final int TASK = 3 << Wire.NUMBER | Wire.BYTES;

  private static final int TASK_STATE = 1 << Wire.NUMBER;
  private static final int DEAD = 2;
  private static final int ZOMBIE = 6;

  /** Linux has no more. */
  private static final int MOST = 1 << 22;

  private Processes() {}

  /**
   * {@return the numbers of the processes that {@code pstree.img} names}
   *
   * @throws SavedException if it is missing or damaged
   */
  static SortedSet<Integer> read(Path file) throws SavedException {
    SortedSet<Integer> pids = new TreeSet<>();
    ImageFile.read(file, ImageKind.PSTREE, (record, in) -> add(in, pids));
    return pids;
  }

  private static void add(CodedInputStream in, SortedSet<Integer> pids) throws IOException {
    Wire.fields(
        in,
        tag -> {
          if (tag == PID && pids.size() < MOST) {
            pids.add(in.readUInt32());
          } else {
            in.skipField(tag);
          }
        });
  }

  /**
   * {@return whether a process had ended, and so has no memory}
   *
   * @param file its {@code core-PID.img}
   * @throws SavedException if that is damaged
   */
  static boolean isDead(Path file) throws SavedException {
    if (!ImageFile.isThere(file)) {
      return false;
    }
    int[] state = {0};
    ImageFile.read(file, ImageKind.CORE, (record, in) -> state(in, state));
    return state[0] == DEAD || state[0] == ZOMBIE;
  }

  private static void state(CodedInputStream in, int[] state) throws IOException {
    Wire.fields(
        in,
        tag -> {
          if (tag == TASK) {
            Wire.nested(
                in,
                inner -> {
                  if (inner == TASK_STATE) {
                    state[0] = in.readUInt32();
                  } else {
                    in.skipField(inner);
                  }
                });
          } else {
            in.skipField(tag);
          }
        });
  }
}
