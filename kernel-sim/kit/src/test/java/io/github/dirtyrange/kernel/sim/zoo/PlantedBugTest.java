package io.github.dirtyrange.kernel.sim.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** The queue of docs/property-testing.md has the bug that the page says, and the kit catches it. */
class PlantedBugTest {

  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  /** What the page says is wrong, and right. */
  private static final String BUG = "pages.put(vpn - fromVpn + toVpn, changed)";

  private static final String REMEDY =
      "pages.merge(vpn - fromVpn + toVpn, changed, (old, more) -> old | more)";

  private static final String CLASS_PATH = System.getProperty("java.class.path");

  private static final String[] LAWS = {
    "complete",
    "exact",
    "canonical",
    "rearmedBeforeReported",
    "paysForChanges",
    "bounded",
    "agreesWithScan",
    "carriesDeltas",
    "followsPages",
    "owedUntilDelivered",
    "neverSilent",
    "fromTheFirstWrite"
  };

  @TempDir static Path folder;

  private static String text = "";
  private static String queue = "";
  private static String test = "";

  @BeforeAll
  static void readThePage() throws IOException {
    Path page = Path.of("..", "..", "docs", "property-testing.md");
    assumeTrue(Files.exists(page), "docs/property-testing.md is not beside this module");
    text = Files.readString(page);
    List<String> code = CODE.matcher(text).results().map(block -> block.group(1)).toList();
    queue = code.get(0);
    test = code.get(1);
  }

  @Test
  void theKitCatchesTheBugOfThePage() throws Exception {
    TestExecutionSummary found = runKit("bug", queue, 2000, "followsPages", "carriesDeltas");
    assertThat(found.getFailures())
        .extracting(PlantedBugTest::property)
        .containsExactlyInAnyOrder("followsPages", "carriesDeltas");
  }

  @Test
  void theKitFindsNothingOnceThePagesRemedyIsApplied() throws Exception {
    assertThat(queue).containsOnlyOnce(BUG);
    assertThat(text).contains(REMEDY);
    TestExecutionSummary found = runKit("remedy", queue.replace(BUG, REMEDY), 100, LAWS);
    assertThat(found.getFailures()).isEmpty();
    assertThat(found.getTestsSucceededCount()).isEqualTo(LAWS.length);
  }

  private static TestExecutionSummary runKit(String name, String source, int tries, String... laws)
      throws Exception {
    Path classes = Files.createDirectory(folder.resolve(name));
    compile(
        classes,
        Files.writeString(classes.resolve("ForgetfulQueue.java"), source),
        Files.writeString(classes.resolve("ForgetfulQueueTest.java"), test));
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      Class<?> kit = loader.loadClass("ForgetfulQueueTest");
      LauncherDiscoveryRequest request =
          LauncherDiscoveryRequestBuilder.request()
              .selectors(Stream.of(laws).map(law -> selectMethod(kit, law, List.class)).toList())
              .configurationParameter("jqwik.tries.default", Integer.toString(tries))
              .configurationParameter("jqwik.database", classes.resolve("jqwik").toString())
              .configurationParameter("jqwik.shrinking.bounded.seconds", "1")
              .configurationParameter("jqwik.reporting.usejunitplatform", "true")
              .build();
      SummaryGeneratingListener listener = new SummaryGeneratingListener();
      LauncherFactory.create().execute(request, listener);
      return listener.getSummary();
    }
  }

  private static void compile(Path classes, Path... sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options = List.of("-proc:none", "-d", classes.toString(), "-cp", CLASS_PATH);
      boolean compiled =
          compiler
              .getTask(complaints, files, null, options, null, files.getJavaFileObjects(sources))
              .call();
      assertThat(compiled).as(complaints.toString()).isTrue();
    }
  }

  private static String property(Failure failure) {
    return failure.getTestIdentifier().getDisplayName();
  }
}
