package io.github.dirtyrange.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.LinuxKernel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/library.md compiles and does what the page says. */
class LibraryPageTest {

  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir static Path folder;

  @BeforeAll
  static void compileThePage() throws IOException {
    Path page = Path.of("..", "docs", "library.md");
    assumeTrue(Files.exists(page), "docs/library.md is not beside this module");
    Matcher code = CODE.matcher(Files.readString(page));
    assertThat(code.find()).isTrue();
    Path source = Files.writeString(folder.resolve("Watch.java"), code.group(1));
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                complaints,
                complaints,
                "-proc:none",
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertThat(status).as(complaints.toString(StandardCharsets.UTF_8)).isZero();
  }

  @Test
  void theSimulatedKernelReportsTheWrittenPage() throws Exception {
    assertThat(run("simulated")).startsWith("1 changed: ").contains("WRITTEN", "PRESENT");
  }

  @Test
  void linuxReportsTheWrittenPage() throws Exception {
    Capability queue = LinuxKernel.open().capabilities().get(Capability.CHANGE_QUEUE);
    assumeTrue(queue.available(), queue.name() + ": " + queue.detail());
    assertThat(run("linux")).isEqualTo("1 changed: WRITTEN\n");
  }

  private static String run(String method) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Method chosen = loader.loadClass("Watch").getDeclaredMethod(method);
      chosen.setAccessible(true);
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      chosen.invoke(null);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
