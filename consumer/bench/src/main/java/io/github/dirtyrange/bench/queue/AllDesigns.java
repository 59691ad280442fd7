package io.github.dirtyrange.bench.queue;

import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.Main;

/**
 * JMH with the parameter {@code design} set to every design that is registered: {@code AllDesigns
 * RecordBenchmark -t 2}. A benchmark's own parameter is one design, since JMH wants constants
 * there.
 */
public final class AllDesigns {

  private AllDesigns() {}

  /** Hands the arguments to JMH. */
  public static void main(String[] arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("-p");
    all.add(
        QueueDesigns.registered().stream()
            .map(QueueDesign::name)
            .collect(Collectors.joining(",", "design=", "")));
    Main.main(all.toArray(String[]::new));
  }
}
