package io.github.dirtyrange.kernel.kit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The kit's arrows: what it knows, a project that uses it gets. Which rooms it knows is on the plan
 * of the consumer's {@code ArchitectureTest} as well.
 */
class KitArchitectureTest {

  private static final JavaClasses KIT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.github.dirtyrange.kernel.kit");

  private static final String[] ROOMS = {
    "kernel.kit",
    "interval",
    "kernel",
    "kernel.sim",
    "kernel.sim.machine",
    "kernel.sim.mm",
    "kernel.sim.queue",
    "kernel.sim.track"
  };

  private static final String[] LIBRARIES = {
    "java..", "net.jqwik.api..", "org.assertj.core.api..", "org.jspecify.."
  };

  @Test
  void theKitKnowsOnlyTheseRoomsAndWhatItBrings() {
    String[] known =
        Stream.concat(Stream.of(ROOMS).map("io.github.dirtyrange."::concat), Stream.of(LIBRARIES))
            .toArray(String[]::new);
    classes().should().onlyDependOnClassesThat(resideInAnyPackage(known)).check(KIT);
  }

  /** The program has the kit, and no library for tests. */
  @Test
  void onlyPropertiesKnowLibrariesForTests() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.(QueueLaws|ProgramArbitraries|ShrinkableProgram)")
        .should()
        .dependOnClassesThat(resideInAnyPackage("net.jqwik..", "org.assertj.."))
        .check(KIT);
  }

  @Test
  void theKitIsInTheDocumentation() throws IOException {
    Path page = Path.of("..", "..", "docs", "architecture.md");
    assumeTrue(Files.exists(page), "docs/architecture.md is not beside this module");
    assertThat(Files.readString(page)).contains("| `kernel.kit` |");
  }
}
