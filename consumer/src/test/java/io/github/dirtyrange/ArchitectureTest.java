package io.github.dirtyrange;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The house's floor plan: which room may know which. docs/architecture.md draws it. */
@Tag("long")
class ArchitectureTest {

  private static final String ROOT = "io.github.dirtyrange.";

  /** Every room, and all the rooms that it may know besides itself. */
  private static final Map<String, List<String>> FLOOR_PLAN =
      Map.ofEntries(
          room("interval"),
          room("interval.staged", "interval"),
          room("kernel"),
          room("kernel.sim.machine", "kernel"),
          room("kernel.sim.protocol", "kernel.sim.machine"),
          room("kernel.sim.mm.pgtable", "kernel", "kernel.sim.machine", "kernel.sim.protocol"),
          room(
              "kernel.sim.mm",
              "kernel",
              "kernel.sim.machine",
              "kernel.sim.protocol",
              "kernel.sim.mm.pgtable"),
          room("kernel.sim.queue", "interval..", "kernel", "kernel.sim.machine"),
          room(
              "kernel.sim.track",
              "interval..",
              "kernel",
              "kernel.sim.machine",
              "kernel.sim.protocol",
              "kernel.sim.mm..",
              "kernel.sim.queue"),
          room(
              "kernel.sim.explore",
              "interval..",
              "kernel",
              "kernel.sim.machine",
              "kernel.sim.protocol",
              "kernel.sim.queue"),
          room(
              "kernel.sim",
              "kernel",
              "kernel.sim.machine",
              "kernel.sim.mm..",
              "kernel.sim.queue",
              "kernel.sim.track"),
          room(
              "kernel.kit",
              "interval",
              "kernel",
              "kernel.sim",
              "kernel.sim.machine",
              "kernel.sim.mm",
              "kernel.sim.queue",
              "kernel.sim.track"),
          room("elf"),
          room("json"),
          room("conform.agent", "elf"),
          room(
              "conform",
              "json",
              "conform.agent",
              "kernel",
              "kernel.sim",
              "kernel.sim.machine",
              "kernel.sim.mm",
              "kernel.sim.queue",
              "kernel.sim.track"),
          room("linux.sys", "kernel"),
          room("linux.mm", "kernel", "linux.sys"),
          room("linux.perf", "kernel", "linux.sys"),
          room("linux.bpf", "kernel", "linux.sys"),
          room("linux.symbol", "kernel", "linux.sys", "linux.mm"),
          room("linux.arm", "elf", "kernel", "linux.sys", "linux.mm"),
          room("linux.start", "elf", "kernel", "linux.sys"),
          room(
              "linux.selftest",
              "interval..",
              "conform.agent",
              "kernel",
              "linux.sys",
              "linux.mm",
              "linux.bpf"),
          room(
              "linux.queue",
              "interval..",
              "kernel",
              "linux.sys",
              "linux.mm",
              "linux.perf",
              "linux.bpf",
              "linux.selftest"),
          room("linux.kernelqueue", "kernel", "linux.sys", "linux.mm"),
          room("linux", "kernel", "linux..", "conform.agent"),
          room("track", "interval..", "kernel"),
          room("copy", "kernel", "track"),
          room("live.result", "kernel"),
          room("live", "kernel", "track", "live.result"),
          room("workload", "kernel", "kernel.sim", "kernel.sim.mm", "linux", "linux.mm", "track"),
          room("lab.result", "kernel", "track", "workload"),
          room(
              "lab",
              "kernel",
              "kernel.sim",
              "kernel.sim.machine",
              "kernel.sim.queue",
              "linux",
              "track",
              "copy",
              "workload",
              "lab.result"),
          room("lab.calibrate", "interval..", "kernel", "track", "workload", "lab", "lab.result"),
          room("lab.survey.result", "kernel", "track", "workload", "lab.result"),
          room(
              "lab.survey",
              "kernel",
              "track",
              "workload",
              "lab",
              "lab.result",
              "lab.survey.result"),
          room("costs", "kernel", "json"),
          room("saved"),
          room("store", "saved"),
          room("snapshot.result", "store"),
          room(
              "snapshot",
              "kernel",
              "track",
              "copy",
              "core",
              "live",
              "live.result",
              "saved",
              "store",
              "snapshot.result"),
          room("inspect", "saved"),
          room("criu", "saved"),
          room("core", "kernel", "saved", "inspect"),
          room("trace", "kernel", "live.result"),
          room(
              "retrace",
              "kernel",
              "kernel.sim",
              "kernel.sim.mm",
              "kernel.sim.queue",
              "kernel.sim.machine",
              "live..",
              "trace",
              "track",
              "retrace.result"),
          room("retrace.result", "live.result", "trace"),
          room(
              "report",
              "kernel",
              "json",
              "track",
              "workload",
              "lab.result",
              "lab.survey.result",
              "live.result",
              "retrace.result",
              "trace"),
          room("report.live", "kernel", "lab.result", "live.result", "trace"),
          room("report.snapshot", "lab.result", "live.result", "snapshot.result", "store"),
          room("report.export", "kernel", "live.result", "report.live"),
          room(
              "report.saved",
              "kernel",
              "saved",
              "inspect",
              "lab.result",
              "live.result",
              "report",
              "report.live"),
          room(
              "report.html",
              "kernel",
              "track",
              "workload",
              "lab.result",
              "lab.survey.result",
              "live.result",
              "report.live"),
          room(
              "cli",
              "kernel",
              "json",
              "linux",
              "live..",
              "kernel.kit",
              "kernel.sim.explore",
              "kernel.sim.machine",
              "kernel.sim.queue",
              "conform..",
              "track",
              "workload",
              "costs",
              "saved",
              "store",
              "inspect",
              "core",
              "criu",
              "trace",
              "retrace..",
              "lab..",
              "snapshot..",
              "report.."));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.github.dirtyrange");

  @Test
  void everyRoomIsOnThePlan() {
    assertThat(rooms()).isSubsetOf(FLOOR_PLAN.keySet());
  }

  @Test
  void ofTheIntervalMapsOnlyTheirFactoryIsPublic() {
    check(
        classes()
            .that()
            .resideInAPackage(ROOT + "interval.staged")
            .and()
            .arePublic()
            .should()
            .haveSimpleName("IntervalMaps"));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomKnowsOnlyTheRoomsThatThePlanSays(String room) {
    String[] known =
        Stream.concat(Stream.of(room), FLOOR_PLAN.get(room).stream())
            .map(ROOT::concat)
            .toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + room)
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.github.dirtyrange..").and(resideOutsideOfPackages(known))));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void everyRoomIsInTheDocumentation(String room) throws IOException {
    Path page = Path.of("..", "docs", "architecture.md");
    assumeTrue(Files.exists(page), "docs/architecture.md is not beside this module");
    assertThat(Files.readString(page)).contains("| `" + room + "` |");
  }

  @ParameterizedTest
  @ValueSource(strings = {"interval", "interval.staged"})
  void theIntervalPackagesKnowOnlyTheJdkAndFastutil(String room) {
    knowsOnly(room, "java..", "it.unimi.dsi.fastutil..", "org.jspecify..", ROOT + "interval..");
  }

  @Test
  void smallProgramsKnowOnlyTheJdk() {
    knowsOnly("elf", "java..", "org.jspecify..", ROOT + "elf");
  }

  /** Memory on disk is read where no kernel is tracked, and by other programs. */
  @Test
  void theStoreKnowsNoKernel() {
    knowsOnly(
        "store",
        "java..",
        "com.sun.security.auth.module",
        "com.dynatrace.hash4j..",
        "com.github.luben.zstd..",
        "it.unimi.dsi.fastutil..",
        "org.jspecify..",
        ROOT + "saved",
        ROOT + "store");
  }

  /** What looks into saved memory reads any format. */
  @Test
  void inspectionKnowsNoFormat() {
    knowsOnly(
        "inspect",
        "java..",
        "it.unimi.dsi.fastutil..",
        "org.jspecify..",
        ROOT + "saved",
        ROOT + "inspect");
  }

  @Test
  void otherFormatsOfSavedMemoryKnowNoKernelEither() {
    knowsOnly(
        "criu",
        "java..",
        "com.google.protobuf..",
        "com.github.luben.zstd..",
        "it.unimi.dsi.fastutil..",
        "org.apache.commons.compress..",
        "org.jspecify..",
        ROOT + "saved",
        ROOT + "criu");
  }

  @Test
  void savedMemoryHasNoFormat() {
    knowsOnly("saved", "java..", "org.jspecify..", ROOT + "saved");
  }

  @Test
  void librariesWithOneRoomAreKnownToItAlone() {
    knownTo("store", "com.dynatrace.hash4j..");
    knownTo("criu", "com.google.protobuf..", "org.apache.commons.compress..");
    knownTo("linux.sys", "jnr..", "com.kenai.jffi..");
    knownTo("cli", "picocli..");
  }

  @Test
  void linuxHasOneDoor() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "linux..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "linux.*.."));
  }

  /** A plan and its pattern are values, and part of a result. */
  @Test
  void reportsKnowResultsOnly() {
    DescribedPredicate<JavaClass> living =
        resideInAPackage(ROOT + "workload")
            .and(DescribedPredicate.not(simpleName("WorkloadPlan").or(simpleName("PagePattern"))))
            .or(
                resideInAPackage(ROOT + "track")
                    .and(DescribedPredicate.not(simpleName("Strategy"))));
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                ROOT + "report..",
                ROOT + "lab.result",
                ROOT + "lab.survey.result",
                ROOT + "live.result")
            .should()
            .dependOnClassesThat(living));
  }

  private static final Set<String> PASSED_ON =
      Set.of("LiveReport", "ChangeTracker", "TrackedProcess");

  /** One that forwards and leaves a method to its default swallows what it should pass on. */
  @Test
  void whoPassesAllOnLeavesNothingToADefault() {
    List<String> swallowed =
        CLASSES.stream()
            .filter(type -> !type.isInterface())
            .flatMap(type -> type.getRawInterfaces().stream().map(given -> entry(type, given)))
            .filter(pair -> holdsOneToTell(pair.getKey(), pair.getValue()))
            .flatMap(pair -> leftToDefaults(pair.getKey(), pair.getValue()))
            .toList();
    assertThat(swallowed).isEmpty();
  }

  private static boolean holdsOneToTell(JavaClass type, JavaClass given) {
    return PASSED_ON.contains(given.getSimpleName())
        && type.getFields().stream()
            .anyMatch(field -> field.getType().getAllInvolvedRawTypes().contains(given));
  }

  private static Stream<String> leftToDefaults(JavaClass type, JavaClass given) {
    return given.getAllMethods().stream()
        .filter(method -> method.getOwner().isInterface())
        .filter(method -> !method.getModifiers().contains(JavaModifier.STATIC))
        .filter(method -> !declares(type, method))
        .map(method -> type.getSimpleName() + "." + method.getName());
  }

  private static boolean declares(JavaClass type, JavaMethod method) {
    return type.getMethods().stream()
        .anyMatch(
            own ->
                own.getName().equals(method.getName())
                    && own.getRawParameterTypes().size() == method.getRawParameterTypes().size());
  }

  @Test
  void packagesFormNoCycles() {
    SlicesRuleDefinition.slices()
        .matching("io.github.dirtyrange.(**)")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  private static Map.Entry<String, List<String>> room(String name, String... known) {
    return entry(name, List.of(known));
  }

  private static List<String> rooms() {
    return CLASSES.stream()
        .map(JavaClass::getPackageName)
        .filter(name -> name.startsWith(ROOT))
        .map(name -> name.substring(ROOT.length()))
        .distinct()
        .sorted()
        .toList();
  }

  private static void knowsOnly(String room, String... packages) {
    check(
        classes()
            .that()
            .resideInAPackage(ROOT + room)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(packages));
  }

  private static void knownTo(String room, String... libraries) {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + room)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(libraries));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
