package io.github.dirtyrange.kernel;

import java.nio.ByteBuffer;

/**
 * What a debugger wants to know of a process as a whole, besides its memory and its threads.
 *
 * @param pid its number
 * @param parent number of the process that started it, or took it over
 * @param group number of its process group
 * @param session number of its session
 * @param uid its real user
 * @param gid its real group of users
 * @param nice its nice value, -20 to 19
 * @param name of its program, cut to 15 bytes by the kernel ({@code comm})
 * @param arguments the beginning of its command line, with spaces between the arguments
 * @param auxiliary its auxiliary vector ({@code /proc/PID/auxv}): pairs of eight bytes each, as the
 *     kernel gave it to the program
 */
public record ProcessNotes(
    int pid,
    int parent,
    int group,
    int session,
    int uid,
    int gid,
    int nice,
    String name,
    String arguments,
    ByteBuffer auxiliary) {

  /** Copies the vector. */
  public ProcessNotes {
    auxiliary =
        ByteBuffer.allocate(auxiliary.remaining())
            .put(auxiliary.duplicate())
            .flip()
            .asReadOnlyBuffer();
  }

  @Override
  public ByteBuffer auxiliary() {
    return auxiliary.duplicate();
  }
}
