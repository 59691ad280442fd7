package io.github.dirtyrange.bench.interval;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The table of docs/interval-map.md: every structure on every workload, each cell in a process of
 * its own, all cells of a workload one after another and that several times over, so that load on
 * the machine hits all alike. {@code java -cp benchmarks.jar
 * io.github.dirtyrange.bench.interval.EpochTable ROUNDS [WORKLOAD...] [STRUCTURE...]}; without
 * names of workloads, or of structures, it takes all.
 */
public final class EpochTable {

  private static final int EPOCHS = 61;
  private static final int WARMUP = 120;
  private static final int TREE_OPERATIONS = 1_000_000;

  private EpochTable() {}

  /** Measures and prints the table as Markdown. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int rounds = Integer.parseInt(args[0]);
    List<String> names = Arrays.asList(args).subList(1, args.length);
    names.forEach(EpochTable::checkName);
    List<Structure> structures = named(Structure.values(), names);
    List<Workload> workloads = named(Workload.values(), names);
    if (!names.isEmpty() && !structures.contains(Structure.DIRTYRANGE)) {
      throw new IllegalArgumentException("name DIRTYRANGE too: all are compared with it");
    }
    for (Workload workload : workloads) {
      print(workload, measure(workload, structures, rounds));
    }
  }

  private static void checkName(String name) {
    Stream<Enum<?>> known = Stream.of(Workload.values(), Structure.values()).flatMap(Stream::of);
    if (known.noneMatch(constant -> constant.name().equals(name))) {
      throw new IllegalArgumentException(
          name + " is no workload or structure; see Workload and Structure");
    }
  }

  /** {@return those of the constants that are named, or all if none is} */
  private static <E extends Enum<E>> List<E> named(E[] constants, List<String> names) {
    List<E> all = List.of(constants);
    List<E> named = all.stream().filter(one -> names.contains(one.name())).toList();
    return named.isEmpty() ? all : named;
  }

  private static Map<Structure, List<double[]>> measure(
      Workload workload, List<Structure> structures, int rounds)
      throws IOException, InterruptedException {
    Map<Structure, List<double[]>> cells = new EnumMap<>(Structure.class);
    for (int round = 0; round < rounds; round++) {
      for (Structure structure : structures) {
        boolean slow = isTree(structure);
        if (structure.carries(workload) && (round == 0 || !slow)) {
          cells.computeIfAbsent(structure, any -> new ArrayList<>()).add(cell(workload, structure));
        }
      }
    }
    return cells;
  }

  private static boolean isTree(Structure structure) {
    return structure.name().startsWith("TREE") || structure == Structure.AVL_MAP;
  }

  /** Measures one cell. Trees do fewer operations, which flatters them: they slow as they grow. */
  private static double[] cell(Workload workload, Structure structure)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xms3g",
                "-Xmx3g",
                "-XX:+UseSerialGC",
                "-Djol.skipDynamicAttach=true",
                "-cp",
                System.getProperty("java.class.path"),
                EpochCell.class.getName(),
                workload.name(),
                structure.name(),
                Integer.toString(isTree(structure) ? 2 : EPOCHS),
                Integer.toString(isTree(structure) ? 1 : WARMUP),
                Integer.toString(isTree(structure) ? TREE_OPERATIONS : Integer.MAX_VALUE))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    String line =
        output
            .lines()
            .filter(text -> text.startsWith(workload.name() + " "))
            .findFirst()
            .orElseThrow();
    return Arrays.stream(line.split(" ", -1)).skip(2).mapToDouble(Double::parseDouble).toArray();
  }

  private static void print(Workload workload, Map<Structure, List<double[]>> cells) {
    System.out.printf(
        "%n| %s | ns/insert | ns/range | ns/operation, epoch | against ours | bytes/range |"
            + " bytes allocated/operation |%n|---|---|---|---|---|---|---|%n",
        workload);
    List<double[]> ours = cells.getOrDefault(Structure.DIRTYRANGE, List.of());
    cells.forEach(
        (structure, rounds) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.1f | %.2f | %.1f | %.3f |%n",
                structure,
                median(rounds, 0),
                median(rounds, 1),
                median(rounds, 2),
                ratio(rounds, ours),
                median(rounds, 3),
                median(rounds, 5)));
  }

  private static double median(List<double[]> rounds, int column) {
    double[] values = rounds.stream().mapToDouble(round -> round[column]).sorted().toArray();
    return values[values.length / 2];
  }

  /** {@return the median over rounds of epoch cost against ours in the same round} */
  private static double ratio(List<double[]> rounds, List<double[]> ours) {
    double[] ratios = new double[rounds.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = rounds.get(i)[2] / ours.get(i)[2];
    }
    Arrays.sort(ratios);
    return ratios[ratios.length / 2];
  }
}
