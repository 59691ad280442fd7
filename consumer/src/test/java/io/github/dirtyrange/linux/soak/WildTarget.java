package io.github.dirtyrange.linux.soak;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.CTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The random process, {@code src/test/c/wild.c}, and how it is told what to play. */
final class WildTarget implements AutoCloseable {

  /** The pages that it plays with. */
  static final PageRange ARENA = at(0x100000000000L, 64L << 20);

  /** Where it reserves address space, if it does. */
  static final PageRange RESERVE = at(0x100100000000L, 8L << 30);

  private static final long REST_NANOS = 60_000_000_000L;
  private static final long REST_NAP_NANOS = 20_000;

  private final CTarget program;
  private final long foreignDescriptors;
  private long ownDescriptors;

  private WildTarget(CTarget program) throws IOException {
    this.program = program;
    hear(program.answer());
    foreignDescriptors = descriptors() - ownDescriptors;
  }

  private static PageRange at(long address, long bytes) {
    return new PageRange(Pages.vpn(address), Pages.vpn(address + bytes));
  }

  static WildTarget start(Path binary, long seed, Path folder) throws IOException {
    return new WildTarget(CTarget.start(binary, seed, folder));
  }

  int pid() {
    return program.pid();
  }

  /** {@return the bits of operations, by name} */
  long bits(Set<String> names) throws IOException {
    String[] all = program.ask("n").split(" ", -1);
    long bits = 0;
    for (int i = 2; i < all.length; i++) {
      String name = all[i].substring(0, all[i].indexOf(':'));
      bits |= names.contains(name) ? 1L << (i - 2) : 0;
    }
    return bits;
  }

  /** Begins a round, after which it becomes another program if told so. */
  void begin(int operations, long seed, long off, boolean exec) {
    program.tell("r " + operations + " " + seed + " " + off + " " + (exec ? 1 : 0));
  }

  /** Waits for the end of a round; {@return what was played, nothing where it ended in exec} */
  List<Operation> end() throws IOException {
    List<Operation> played = hear(program.answer());
    awaitRest();
    return played;
  }

  /** Has it open a userfaultfd, if it has none. */
  void offerUserfaultfd() throws IOException {
    hear(program.ask("u"));
    awaitRest();
  }

  /** Has it register what it has mapped to play with, by a new userfaultfd of its own. */
  void registerItself() throws IOException {
    hear(program.ask("s"));
    awaitRest();
  }

  /** Has it close its userfaultfd. */
  void closeUserfaultfd() throws IOException {
    hear(program.ask("c"));
    awaitRest();
  }

  private List<Operation> hear(String line) {
    String[] words = line.split(" ", 3);
    ownDescriptors = Long.parseLong(words[1]);
    return Operation.parse(words.length < 3 ? "" : words[2]);
  }

  /** Waits until all threads sleep: the process changes no memory until the next line then. */
  private void awaitRest() throws IOException {
    long start = System.nanoTime();
    while (!states().allMatch(state -> state == 'S')) {
      if (System.nanoTime() - start > REST_NANOS) {
        throw new IOException("the target's threads do not come to rest: " + states().toList());
      }
      LockSupport.parkNanos(REST_NAP_NANOS);
    }
  }

  /** {@return the threads' states, as {@code /proc/PID/task/TID/stat} has them} */
  Stream<Character> states() throws IOException {
    try (Stream<Path> tasks = Files.list(proc("task"))) {
      return tasks.map(WildTarget::state).toList().stream();
    }
  }

  private static char state(Path task) {
    try {
      String stat = Files.readString(task.resolve("stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return 'S'; // ended since it was listed
    }
  }

  /** {@return how many descriptors it has that it does not know of} */
  long strangeDescriptors() throws IOException {
    return descriptors() - foreignDescriptors - ownDescriptors;
  }

  private long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(proc("fd"))) {
      return all.count();
    }
  }

  Path proc(String name) {
    return Path.of("/proc", Integer.toString(program.pid()), name);
  }

  int finish() throws InterruptedException {
    return program.finish();
  }

  @Override
  public void close() {
    program.close();
  }
}
