package io.github.dirtyrange.linux.soak;

import io.github.dirtyrange.linux.soak.Mappings.Mapping;
import java.util.ArrayList;
import java.util.List;
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
    return List.copyOf(operations.subList(Math.max(0, operations.size() - SHOWN), operations.size()));
  }

  /**
   * {@return why no strategy sees a page's change, null if there is no reason} What is changed on a
   * file's side, and what the process has put there armed.
   */
  @Nullable String whyUnseen(long vpn, @Nullable Mapping mapping) {
    boolean ofFile = mapping != null && mapping.isOfFile();
    for (Operation operation : at(vpn)) {
      if (ofFile ? operation.isOfTheFile() : operation.isArmedCopy()) {
        return operation.name();
      }
    }
    return null;
  }

  /** {@return why no sample may have told of a page, null if there is no reason} */
  @Nullable String whyUnsampled(long vpn) {
    for (Operation operation : at(vpn)) {
      if (operation.isUnsampled()) {
        return operation.name();
      }
    }
    return WildTarget.ARENA.contains(vpn) ? null : whyOwnMemoryIsUnsampled();
  }

  /** The program's own data and stacks are written by a child that shares the memory as well. */
  private @Nullable String whyOwnMemoryIsUnsampled() {
    return operations.stream()
        .map(Operation::name)
        .filter(name -> name.equals("vm-child"))
        .findFirst()
        .map(name -> name + ", the program's own memory")
        .orElse(null);
  }
}
