package io.github.dirtyrange.kernel.sim.explore;

/**
 * How much is explored.
 *
 * @param cpus CPUs that write, 1 to 4
 * @param pages pages that they write, 1 to 6
 * @param writes stores in all, by any CPU to any page, 0 to 12
 * @param moves pages moved to a free place by mremap, in all, 0 to 3
 * @param drains drains that race with the CPUs, 0 to 6; one more follows when all is quiet
 * @param openings how often the reader starts the queue, 0 to 3: with 0 it is open when all begins,
 *     with 1 the reader opens it while the CPUs write, and each further time it is turned off and
 *     on
 */
public record Bounds(int cpus, int pages, int writes, int moves, int drains, int openings) {

  /** Checks the numbers; throws {@link IllegalArgumentException} that names the one too large. */
  public Bounds {
    check("cpus", cpus, 1, 4);
    check("pages", pages, 1, 6);
    check("writes", writes, 0, 12);
    check("moves", moves, 0, 3);
    check("drains", drains, 0, 6);
    check("openings", openings, 0, 3);
  }

  /** Of a queue that is open when all begins. */
  public Bounds(int cpus, int pages, int writes, int moves, int drains) {
    this(cpus, pages, writes, moves, drains, 0);
  }

  /** {@return how many places there are for pages: one is free if pages may be moved} */
  int places() {
    return moves == 0 ? pages : pages + 1;
  }

  private static void check(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "--" + name + " " + value + " is not between " + least + " and " + most);
    }
  }
}
