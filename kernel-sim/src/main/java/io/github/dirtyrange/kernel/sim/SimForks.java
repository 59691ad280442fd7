package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Forks;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is forked on a simulated kernel: all of it is noticed. */
final class SimForks implements Forks {

  private final SimKernel kernel;
  private final List<Fork> forks = new ArrayList<>();

  SimForks(SimKernel kernel) {
    this.kernel = kernel;
  }

  void add(Fork fork) {
    forks.add(fork);
  }

  @Override
  public List<Fork> take(Set<Integer> parents) {
    List<Fork> taken = List.copyOf(forks);
    forks.clear();
    return taken;
  }

  @Override
  public String limits() {
    return "";
  }

  @Override
  public void close() {
    kernel.watchNoMore(this);
  }
}
