package io.github.dirtyrange;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The house's floor plan: which room may know which. */
class ArchitectureTest {

  private static final String ROOT = "io.github.dirtyrange.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.github.dirtyrange");

  @Test
  void theIntervalPackageKnowsOnlyTheJdkAndFastutil() {
    check(
        classes()
            .that()
            .resideInAPackage(ROOT + "interval..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..", "it.unimi.dsi.fastutil..", "org.jspecify..", ROOT + "interval.."));
  }

  @Test
  void theKernelInterfaceKnowsNoImplementation() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + "kernel")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "kernel.sim..", ROOT + "linux..", "jnr.."));
  }

  @Test
  void theSimulatedKernelKnowsNothingOfUserSpace() {
    knowsNone(
        "kernel..",
        "conform..",
        "elf..",
        "track..",
        "linux..",
        "copy..",
        "workload..",
        "lab..",
        "report..",
        "cli..");
  }

  @Test
  void smallProgramsKnowOnlyTheJdk() {
    check(
        classes()
            .that()
            .resideInAPackage(ROOT + "elf..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", ROOT + "elf.."));
  }

  @Test
  void conformanceKnowsNothingOfTheConsumerAndOnlyTheCommandLineKnowsIt() {
    knowsNone(
        "conform..", "track..", "linux..", "copy..", "workload..", "lab..", "report..", "cli..");
    knowsNone("conform.agent..", "kernel..");
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "conform..", ROOT + "cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "conform.."));
  }

  @Test
  void queueDesignsKnowNoPageTable() {
    knowsNone(
        "kernel.sim.queue..", "kernel.sim.mm..", "kernel.sim.track..", "kernel.sim.explore..");
  }

  @Test
  void roomsOfTheSimulatedKernelKnowOnlyTheRoomsBelow() {
    knowsOfTheKernel("kernel.sim.machine");
    knowsOfTheKernel("kernel.sim.protocol", "kernel.sim.machine");
    knowsOfTheKernel(
        "kernel.sim.mm.pgtable", "kernel", "kernel.sim.protocol", "kernel.sim.machine");
    knowsNone("kernel.sim.mm..", "kernel.sim.queue..", "kernel.sim.track..");
    knowsNone("kernel.sim.explore..", "kernel.sim.mm..", "kernel.sim.track..");
  }

  @Test
  void roomsOfTheConsumerKnowOnlyTheRoomsToTheirLeft() {
    knowsNone(
        "track..", "kernel.sim..", "linux..", "copy..", "workload..", "lab..", "report..", "cli..");
    knowsNone("linux..", "kernel.sim..", "copy..", "workload..", "lab..", "report..", "cli..");
    knowsNone("copy..", "kernel.sim..", "linux..", "workload..", "lab..", "report..", "cli..");
    knowsNone("workload..", "lab..", "report..", "cli..");
  }

  @Test
  void onlySystemCallsOfLinuxKnowJnr() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "linux.sys..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..", "com.kenai.jffi.."));
  }

  @Test
  void roomsOfLinuxKnowOnlyTheRoomsBelow() {
    knowsNone("linux.sys..", "linux", "linux.mm..", "linux.perf..", "linux.queue..");
    knowsNone("linux.mm..", "linux", "linux.perf..", "linux.queue..");
    knowsNone("linux.perf..", "linux", "linux.mm..", "linux.queue..");
    knowsNone("linux.queue..", "linux");
  }

  /** The workload arms itself, so it is allowed the userfaultfd. */
  @Test
  void linuxHasOneDoor() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "linux..")
            .and()
            .doNotHaveSimpleName("WorkloadMain")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "linux.*.."));
  }

  @Test
  void packagesFormNoCycles() {
    SlicesRuleDefinition.slices()
        .matching("io.github.dirtyrange.(**)")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  /** Of all the kernel's rooms, one knows only these, and itself. */
  private static void knowsOfTheKernel(String room, String... rooms) {
    List<String> known = new ArrayList<>(List.of(ROOT + room));
    for (String other : rooms) {
      known.add(ROOT + other);
    }
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + room)
            .should()
            .dependOnClassesThat(
                resideInAPackage(ROOT + "kernel..")
                    .and(resideOutsideOfPackages(known.toArray(new String[0])))));
  }

  private static void knowsNone(String room, String... others) {
    String[] packages = new String[others.length];
    for (int i = 0; i < others.length; i++) {
      packages[i] = ROOT + others[i];
    }
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + room)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(packages));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
