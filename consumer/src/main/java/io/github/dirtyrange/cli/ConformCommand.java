package io.github.dirtyrange.cli;

import io.github.dirtyrange.conform.ConformJson;
import io.github.dirtyrange.conform.ConformPlan;
import io.github.dirtyrange.conform.ConformReport;
import io.github.dirtyrange.conform.ConformTable;
import io.github.dirtyrange.conform.Conformance;
import io.github.dirtyrange.conform.Coverage;
import io.github.dirtyrange.conform.Machine;
import io.github.dirtyrange.conform.OperationKind;
import io.github.dirtyrange.conform.Program;
import io.github.dirtyrange.conform.ProgramParser;
import io.github.dirtyrange.conform.RealMachine;
import io.github.dirtyrange.conform.RunningProfile;
import io.github.dirtyrange.conform.Shard;
import io.github.dirtyrange.conform.SimMachine;
import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.lab.LinuxTestbed;
import io.github.dirtyrange.lab.MachineLacksException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dirtyrange conform}: holds the simulated kernel against the running one. */
@Command(
    name = "conform",
    description =
        "Runs random programs of memory operations on the simulated kernel and on this machine's,"
            + " and compares every page's state after every step.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the two kernels agree",
      "1:they differ; the shortest program found that shows it is printed; or --coverage falls"
          + " short",
      "2:the command line makes no sense",
      "3:the machine lacks what is needed",
      "70:a fault of this program",
      "74:the output cannot be written",
      "130:interrupted with Ctrl-C; the programs that were run are reported",
      "143:the same after SIGTERM"
    })
final class ConformCommand implements Callable<Integer> {

  private static final int PROGRESS_EVERY = 100;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--programs",
      paramLabel = "N",
      defaultValue = "2000",
      description = "how many programs to run (default: ${DEFAULT-VALUE})")
  private long programs;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "40",
      description = "operations in each program (default: ${DEFAULT-VALUE})")
  private int steps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "makes the same programs again (default: another one each time)")
  private @Nullable Long seed;

  @Option(
      names = "--shard",
      paramLabel = "K/N",
      converter = ShardConverter.class,
      description =
          "of the programs of a --seed only every N-th, from the K-th on; gather joins what --json"
              + " printed of all N")
  private Shard shard = Shard.WHOLE;

  @Option(
      names = "--ops",
      paramLabel = "LIST",
      split = ",",
      description = "only these operations, for instance mmap,store,scan")
  private @Nullable List<String> operations;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description =
          "simulate this kernel, from 6.1 to 7.3, for instance 6.8, 6.12.107 or"
              + " 6.18+HOLE_NEVER_WRITTEN, configured as the running one (default: what the release"
              + " and probes say of that)")
  private @Nullable String profile;

  @Option(
      names = "--replay",
      paramLabel = "FILE",
      description = "run the program in a file, as printed for a difference, instead")
  private @Nullable Path replay;

  @Option(
      names = "--shrink",
      paramLabel = "N",
      defaultValue = "1",
      description = "show so many different ways to differ (default: ${DEFAULT-VALUE})")
  private int shrunk;

  @Option(
      names = "--whole-machine",
      defaultValue = "${env:DIRTYRANGE_WHOLE_MACHINE:-false}",
      description =
          "also take operations that concern everybody on the machine: swapoff, same-page merging,"
              + " taking frames out of use. The kernel lab's guests do (default: ${DEFAULT-VALUE})")
  private boolean wholeMachine;

  @Option(
      names = "--drains",
      description =
          "also hold the queue that the kernel keeps (/proc/PID/pagemap_queue) against the simulated"
              + " one, drained after each step; takes a kernel that is patched for it")
  private boolean drains;

  @Option(
      names = "--coverage",
      description =
          "also say how often each operation succeeded, and failed with each documented error; what"
              + " stays below 1,000 and 20 is status 1 (meant for 20,000 programs)")
  private boolean coverage;

  @Option(names = "--json", description = "write one JSON object instead of a table")
  private boolean json;

  @Override
  public Integer call() {
    Set<OperationKind> kinds = kinds();
    check(
        wholeMachine || kinds.stream().noneMatch(OperationKind::concernsTheWholeMachine),
        "--ops names what concerns everybody on the machine; say --whole-machine if it is yours");
    checkReplay();
    check(programs > 0, "--programs " + programs + " leaves nothing to compare");
    WholeNumber.requireAtMost(WholeNumber.MOST_PROGRAMS, "--programs", programs);
    WholeNumber.requireAtMost(WholeNumber.MOST_ROUNDS, "--steps", steps);
    check(
        shard.of() == 1 || seed != null,
        "--shard " + shard + " is a part of the programs of one seed; give the same --seed to all");
    check(shard.of() <= programs, "--shard " + shard + " has no program of " + programs);
    check(steps > 0, "--steps " + steps + " leaves nothing to compare");
    check(shrunk > 0, "--shrink " + shrunk + " shows nothing of a difference");
    AgentProcess.unsupported().ifPresent(ConformCommand::refuse);
    try (Ending ending = Ending.watched()) {
      return call(kinds, ending);
    }
  }

  /** Told to end, it reports the programs that were run. */
  private int call(Set<OperationKind> kinds, Ending ending) {
    ConformReport report = run(kinds, ending);
    if (ending.isWished()) {
      spec.commandLine()
          .getErr()
          .println("interrupted after " + report.tally().programs() + " of " + own() + " programs");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? ConformJson.render(report) : ConformTable.render(report));
    List<Coverage.Row> rows = Coverage.of(report.tally(), report.kinds());
    if (coverage && !json) {
      out.print(Coverage.render(rows));
    }
    out.flush();
    boolean enough = !coverage || Coverage.below(rows).isEmpty();
    return report.mismatches() == 0 && enough ? ExitStatus.FINE : ExitStatus.WRONG_ANSWER;
  }

  private static void refuse(String reason) {
    throw new MachineLacksException(reason);
  }

  /** What says how programs are drawn means nothing where one is given. */
  private void checkReplay() {
    if (replay == null) {
      return;
    }
    for (String drawing :
        List.of("--programs", "--steps", "--seed", "--shard", "--ops", "--coverage")) {
      check(
          !spec.commandLine().getParseResult().hasMatchedOption(drawing),
          drawing + " is about programs that are drawn; --replay runs the one in a file");
    }
  }

  private ConformReport run(Set<OperationKind> kinds, Ending ending) {
    if (profile != null) {
      named(profile, Profile.V7_3); // so that a mistake is told before anything is started
    }
    try (RealMachine real = drains ? trackedMachine() : new RealMachine()) {
      real.missing().ifPresent(ConformCommand::refuse);
      Profile running =
          wholeMachine ? RunningProfile.ofWholeMachine(real) : RunningProfile.of(real);
      return run(kinds, real, running, ending);
    }
  }

  /** One whose kernel keeps a queue of each process. */
  private static RealMachine trackedMachine() {
    Kernel kernel = LinuxTestbed.open().kernel();
    Capability queue = kernel.capabilities().get(Capability.KERNEL_QUEUE);
    if (!queue.available()) {
      refuse("--drains needs " + queue.name() + ", which is not to be had here: " + queue.detail());
    }
    return new RealMachine(kernel::open);
  }

  private ConformReport run(
      Set<OperationKind> kinds, RealMachine real, Profile running, Ending ending) {
    ProgressLine progress = ProgressLine.on(spec.commandLine().getErr());
    try (Machine simulated = new SimMachine(profile == null ? running : named(profile, running))) {
      Conformance conformance =
          drains
              ? Conformance.withDrains(real, simulated, shrunk)
              : new Conformance(real, simulated, shrunk);
      if (replay != null) {
        Program program = read(replay);
        progress.show("the program of " + replay + ", and looking for a shorter one that differs");
        conformance.run(program);
      } else {
        conformance.run(
            plan(possible(kinds, real, running)), done -> goesOn(progress, done, ending));
      }
      return conformance.report();
    } finally {
      progress.erase();
    }
  }

  /** Of all operations those that the machine's kernel can do; what was named it must do. */
  private Set<OperationKind> possible(Set<OperationKind> kinds, RealMachine real, Profile running) {
    Set<OperationKind> possible = EnumSet.copyOf(kinds);
    possible.retainAll(real.kinds());
    if (possible.size() < kinds.size()) {
      real.reasons().forEach(spec.commandLine().getErr()::println);
    }
    possible.removeIf(kind -> kind.isLackedBy(running));
    if (operations != null && possible.size() < kinds.size()) {
      throw new MachineLacksException(
          "this kernel cannot do all of --ops; brk needs CONFIG_CHECKPOINT_RESTORE,"
              + " scan and userfaultfd need Linux 6.7 or newer, mmap-hugetlb needs huge pages");
    }
    return possible;
  }

  private ConformPlan plan(Set<OperationKind> kinds) {
    long chosen = seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed;
    return new ConformPlan(programs, steps, chosen, kinds, shard);
  }

  private long own() {
    return new ConformPlan(programs, steps, 0, Set.of(), shard).ownPrograms();
  }

  private boolean goesOn(ProgressLine progress, long done, Ending ending) {
    if (done % PROGRESS_EVERY == 0) {
      progress.show("program " + done + " of " + own());
    }
    return !ending.isWished();
  }

  private Set<OperationKind> kinds() {
    if (operations == null) {
      Set<OperationKind> all = EnumSet.copyOf(SimMachine.KINDS);
      all.removeIf(kind -> !wholeMachine && kind.concernsTheWholeMachine());
      return all;
    }
    Set<OperationKind> kinds = EnumSet.noneOf(OperationKind.class);
    for (String name : operations) {
      kinds.add(
          OperationKind.of(name)
              .filter(SimMachine.KINDS::contains)
              .orElseThrow(
                  () ->
                      new UsageMistake(
                          "'" + name + "' is not an operation; there are " + namesOfKinds())));
    }
    return kinds;
  }

  private static String namesOfKinds() {
    return SimMachine.KINDS.stream()
        .sorted()
        .map(OperationKind::label)
        .collect(Collectors.joining(", "));
  }

  /** A release says nothing of how a kernel is configured: that is taken from the running one. */
  private static Profile named(String name, Profile running) {
    try {
      return Profile.named(name, running.configuration());
    } catch (IllegalArgumentException e) {
      throw new UsageMistake("--profile " + name + ": " + e.getMessage());
    }
  }

  private static Program read(Path file) {
    String text = InputFile.text(file, "cannot read the program from " + file);
    try {
      return ProgramParser.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageMistake(file + ": " + e.getMessage());
    }
  }

  private static void check(boolean right, String otherwise) {
    if (!right) {
      throw new UsageMistake(otherwise);
    }
  }
}
