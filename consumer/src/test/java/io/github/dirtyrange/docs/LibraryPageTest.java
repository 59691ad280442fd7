package io.github.dirtyrange.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.Target;
import io.github.dirtyrange.store.SnapshotStore;
import io.github.dirtyrange.store.StoreVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/library.md compiles and does what the page says. */
class LibraryPageTest {

  private static final Pattern CODE =
      Pattern.compile("```java\n(.*?class (\\w+).*?)```", Pattern.DOTALL);

  private static final long PAGES = 64;

  @TempDir static Path folder;

  @BeforeAll
  static void compileThePage() throws IOException {
    Path page = Path.of("..", "docs", "library.md");
    assumeTrue(Files.exists(page), "docs/library.md is not beside this module");
    List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", folder.toString()));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    for (Matcher code = CODE.matcher(Files.readString(page)); code.find(); ) {
      String name = code.group(2) + ".java";
      arguments.add(Files.writeString(folder.resolve(name), code.group(1)).toString());
    }
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, complaints, complaints, arguments.toArray(String[]::new));
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

  @Test
  void theKernelsQueueNeedsNoArming() throws Exception {
    SimKernel kernel = SimKernel.newest();
    SimProcess target = kernel.spawn();
    long address = target.mmap(1 << 20);
    Runnable writes = () -> target.store(address + 5 * Pages.SIZE, 42);
    String printed =
        run(
            "WatchWhole",
            "watch",
            new Class<?>[] {Kernel.class, int.class, Runnable.class},
            kernel,
            target.pid(),
            writes);
    assertThat(printed).startsWith("1 changed: ").contains("SOFT_DIRTY").hasLineCount(1);
  }

  @Test
  void theMapIsKeptByDrains() throws Exception {
    SimProcess target = SimKernel.newest().spawn();
    long address = target.mmap(PAGES * Pages.SIZE);
    target.storeRange(address, 8 * Pages.SIZE, 7);
    PageRange range = new PageRange(Pages.vpn(address), Pages.vpn(address) + PAGES);
    TrackedRanges ranges = TrackedRanges.of(range);
    TrackedProcess process = target.tracked();
    Runnable writes =
        () -> {
          target.store(address + 50 * Pages.SIZE, 43);
          target.munmap(address, 4 * Pages.SIZE);
        };
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
        Arming arming = process.arm(ranges)) {
      assertThat(arming.refused()).isEmpty();
      Class<?> page = loader.loadClass("PresentPages");
      Object options = invoke(page, "options", ranges);
      try (ChangeQueue queue = process.openChangeQueue((ChangeQueueOptions) options)) {
        assertThat(invoke(page, "count", process, ranges, queue, writes)).isEqualTo(5L);
      }
    }
  }

  @Test
  void aSnapshotHasThreeGenerations() throws Exception {
    SimKernel kernel = SimKernel.newest();
    SimProcess target = kernel.spawn();
    long address = target.mmap(PAGES * Pages.SIZE);
    target.storeRange(address, 8 * Pages.SIZE, 7);
    Path directory = folder.resolve("saved");
    Runnable writes = () -> target.store(address + 5 * Pages.SIZE, 42);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Class<?> page = loader.loadClass("TakeSnapshots");
      invoke(page, "take", kernel, target.pid(), directory, writes);
    }
    assertThat(StoreVerifier.verify(directory)).isEmpty();
    try (SnapshotStore store = SnapshotStore.open(directory)) {
      assertThat(store.generations()).hasSize(3);
      assertThat(store.generations().get(1).storedPages()).isOne();
      assertThat(store.generations().get(2).storedPages()).isZero();
    }
  }

  private static Object invoke(Class<?> page, String name, Object... given) throws Exception {
    for (Method method : page.getDeclaredMethods()) {
      if (method.getName().equals(name)) {
        method.setAccessible(true);
        return method.invoke(null, given);
      }
    }
    throw new NoSuchMethodException(name);
  }

  @Test
  void theCheckpointerHoldsWhatASimulatedProcessHolds() throws Exception {
    SimProcess target = SimKernel.newest().spawn();
    long address = target.mmap(PAGES * Pages.SIZE);
    target.storeRange(address, PAGES * Pages.SIZE / 2, 7);
    PageRange range = new PageRange(Pages.vpn(address), Pages.vpn(address) + PAGES);
    try (TrackedProcess process = target.kernel().open(target.pid());
        Arming arming = process.arm(TrackedRanges.of(range));
        Checkpoint checkpoint = new Checkpoint(process, range)) {
      assertThat(arming.refused()).isEmpty();
      target.store(address + 3 * Pages.SIZE, 42);
      target.store(address + 50 * Pages.SIZE, 43);
      target.munmap(address + 8 * Pages.SIZE, 4 * Pages.SIZE);
      assertThat(checkpoint.differing()).isPositive();
      checkpoint.take("generation");
      assertThat(checkpoint.differing()).isZero();

      // A page that cannot be read in a generation is owed to the next.
      target.store(address + 21 * Pages.SIZE, 45);
      target.mprotect(address + 21 * Pages.SIZE, Pages.SIZE, 0);
      checkpoint.take("generation");
      target.mprotect(address + 21 * Pages.SIZE, Pages.SIZE, 3);
      target.madvise(address + 22 * Pages.SIZE, Pages.SIZE, Madvise.Advice.GUARD_INSTALL);

      target.pageOut(address, 8 * Pages.SIZE, page -> true);
      target.store(address + 20 * Pages.SIZE, 44);
      checkpoint.take("lastGeneration");
      assertThat(checkpoint.differing()).isZero();
    }
  }

  @Test
  void theCheckpointerHoldsWhatALiveProcessHolds() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE, Capability.READ_MEMORY);
    try (Target target = Target.start(PAGES);
        TrackedProcess process = LinuxKernel.open().open(target.pid());
        Checkpoint checkpoint = new Checkpoint(process, target.range())) {
      target.order("write", 3, 50);
      assertThat(checkpoint.differing()).isEqualTo(2);
      checkpoint.take("generation");
      assertThat(checkpoint.differing()).isZero();

      target.order("discard", 8, 9);
      target.order("write-by-gup", 20);
      checkpoint.take("lastGeneration");
      assertThat(checkpoint.differing()).isZero();
    }
  }

  /** The page's class, which this one cannot name. */
  private static final class Checkpoint implements AutoCloseable {

    private final URLClassLoader loader;
    private final AutoCloseable page;

    Checkpoint(TrackedProcess process, PageRange range) throws Exception {
      loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
      page =
          (AutoCloseable)
              loader
                  .loadClass("Checkpointer")
                  .getConstructor(TrackedProcess.class, PageRange.class)
                  .newInstance(process, range);
    }

    void take(String generation) throws Exception {
      page.getClass().getMethod(generation).invoke(page);
    }

    long differing() throws Exception {
      return (long) page.getClass().getMethod("differing").invoke(page);
    }

    @Override
    public void close() {
      try {
        page.close();
        loader.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String run(String method) throws Exception {
    return run("Watch", method, new Class<?>[0]);
  }

  private static String run(String page, String method, Class<?>[] types, Object... given)
      throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Method chosen = loader.loadClass(page).getDeclaredMethod(method, types);
      chosen.setAccessible(true);
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      chosen.invoke(null, given);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
