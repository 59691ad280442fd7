package io.github.dirtyrange.lab.survey.result;

import io.github.dirtyrange.workload.PagePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a survey measures: a grid of points on one kernel or two. Of N shards, the K-th has every
 * N-th point from the K-th on; the shards are disjoint, and together they are the whole.
 *
 * @param kernels the kernels, each once
 * @param sizes the mapped sizes, ascending, with the numbers of pages that are changed
 * @param patterns where they lie, each once
 * @param seed from which the pages are drawn
 * @param queueBytes memory that a change queue may take
 * @param costs what tells the cost model of the simulated kernel from others
 * @param shard which shard is measured, from 1 on
 * @param shards how many there are
 */
public record SurveyPlan(
    List<SurveyKernel> kernels,
    List<SurveySize> sizes,
    List<PagePattern> patterns,
    long seed,
    long queueBytes,
    String costs,
    int shard,
    int shards) {

  /** Copies the lists and checks the shard. */
  public SurveyPlan {
    kernels = List.copyOf(kernels);
    sizes = List.copyOf(sizes);
    patterns = List.copyOf(patterns);
    if (shard < 1 || shard > shards) {
      throw new IllegalArgumentException("there is no shard " + shard + " of " + shards);
    }
  }

  /** {@return the points of the shard, in the order in which they are measured} */
  public List<SurveyPoint> points() {
    List<SurveyPoint> whole = wholeGrid();
    List<SurveyPoint> own = new ArrayList<>();
    for (int i = shard - 1; i < whole.size(); i += shards) {
      own.add(whole.get(i));
    }
    return own;
  }

  private List<SurveyPoint> wholeGrid() {
    List<SurveyPoint> points = new ArrayList<>();
    for (SurveyKernel kernel : kernels) {
      for (SurveySize size : sizes) {
        for (PagePattern pattern : patterns) {
          for (int dirtyPages : size.dirtyPages()) {
            points.add(new SurveyPoint(kernel.name(), size.mappedPages(), pattern, dirtyPages));
          }
        }
      }
    }
    return points;
  }

  /** {@return the same grid, as one of some shards} */
  public SurveyPlan withShard(int number, int of) {
    return new SurveyPlan(kernels, sizes, patterns, seed, queueBytes, costs, number, of);
  }

  /** {@return the same grid, all of it} */
  public SurveyPlan whole() {
    return withShard(1, 1);
  }

  /** {@return the kernel of that name, if it is one of the survey's} */
  public Optional<SurveyKernel> kernel(String name) {
    return kernels.stream().filter(kernel -> kernel.name().equals(name)).findFirst();
  }
}
