package io.github.dirtyrange.live.result;

import io.github.dirtyrange.kernel.CodePlace;
import java.util.List;

/**
 * How many changes came from one thread, in mappings of one name, by one chain of calls.
 *
 * @param tid the thread's number
 * @param mapping the name of the mapping that was written to
 * @param frames the code, the innermost first; of callers, the calls
 * @param cut whether there may be callers beyond the last
 * @param pages how many page faults the queue was told of
 */
public record StackShare(int tid, String mapping, List<CodePlace> frames, boolean cut, long pages) {

  /** Copies the list. */
  public StackShare {
    frames = List.copyOf(frames);
  }
}
