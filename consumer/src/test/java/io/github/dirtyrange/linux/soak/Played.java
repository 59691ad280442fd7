package io.github.dirtyrange.linux.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a target has played since all that it had written was told for certain. */
final class Played {

  private static final int SHOWN = 40;

  private final List<Operation> operations = new ArrayList<>();

  void addAll(List<Operation> more) {
    operations.addAll(more);
  }

  void clear() {
    operations.clear();
  }

  /** {@return the operations that may have changed a page} */
  List<Operation> at(long vpn) {
    return operations.stream().filter(operation -> operation.covers(vpn)).toList();
  }

  /** {@return the last ones, for people} */
  List<Operation> last() {
    return List.copyOf(
        operations.subList(Math.max(0, operations.size() - SHOWN), operations.size()));
  }

  /** {@return which change on the file's side nothing tells of, null if there was none} */
  @Nullable String whyUnseenInFile(long vpn) {
    return first(vpn, Operation::isOfTheFile);
  }

  /** {@return what the process itself has put there armed, null if nothing} */
  @Nullable String whyUnseenInMemory(long vpn) {
    return first(vpn, Operation::isArmedCopy);
  }

  /** {@return what has a device write there, null if nothing} */
  @Nullable String whyPastThePageTable(long vpn) {
    return first(vpn, Operation::isDirect);
  }

  /**
   * {@return why no sample may have told of a page, null if there is no reason}
   *
   * @param empty whether it holds nothing
   */
  @Nullable String whyUnsampled(long vpn, boolean empty) {
    String name = first(vpn, Operation::isUnsampled);
    return name != null || WildTarget.ARENA.contains(vpn) ? name : whyOwnMemoryIsUnsampled(empty);
  }

  private @Nullable String first(long vpn, Predicate<Operation> kind) {
    return at(vpn).stream().filter(kind).map(Operation::name).findFirst().orElse(null);
  }

  /**
   * The program's own data and stacks are written by a child that shares the memory as well; of the
   * stack of a thread that ends, the C library gives back what lies far below (MADV_DONTNEED):
   * pages in which nothing but a frame was ever put.
   */
  private @Nullable String whyOwnMemoryIsUnsampled(boolean empty) {
    return operations.stream()
        .map(Operation::name)
        .filter(name -> name.equals("vm-child") || (empty && name.equals("thread-end")))
        .findFirst()
        .map(name -> name + ", the program's own memory")
        .orElse(null);
  }
}
