package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Pages;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a program may say, so that running it on two machines compares something. Wrong arguments
 * are as good as right ones, since errors are compared too; but what is outside the layout is
 * neither compared nor cleared away, and a page's content is its first eight bytes here, so what
 * changes only others would be taken for a difference.
 */
final class ReplayRules {

  /** Addresses from here on are none of user space: whatever is asked there fails. */
  private static final long BEYOND_USER_SPACE = (1L << 47) - Layout.BASE;

  /** The arguments that are addresses, relative to {@link Layout#BASE}. */
  private static final Set<String> ADDRESSES = Set.of("start", "address", "target", "end");

  /** The arguments that are lengths of what begins at {@code start}. */
  private static final List<String> LENGTHS = List.of("length", "oldLength", "newLength");

  /** The arguments that must be whole pages, by kind of operation. */
  private static final Map<Class<?>, Set<String>> WHOLE_PAGES =
      Map.of(
          Operation.Load.class, Set.of("address"),
          Operation.Store.class, Set.of("address"),
          Operation.StackStore.class, Set.of("address"),
          Operation.MemWrite.class, Set.of("address"),
          Operation.FileWrite.class, Set.of("offset"),
          Operation.FileTruncate.class, Set.of("length"),
          Operation.FilePunch.class, Set.of("offset", "length"));

  private ReplayRules() {}

  /**
   * {@return why an operation cannot be part of a program, if so}
   *
   * @param processes the processes there are when it comes
   */
  static Optional<String> refusal(Operation operation, ProcessTree processes) {
    return Optional.<String>empty()
        .or(() -> processes.refusal(operation))
        .or(() -> refusal(operation));
  }

  private static Optional<String> refusal(Operation operation) {
    RecordComponent[] components = operation.getClass().getRecordComponents();
    long[] values = RecordArguments.get(operation);
    long start = 0;
    for (int i = 1; i < components.length; i++) {
      String name = components[i].getName();
      long value = values[i];
      start = name.equals("start") ? value : start;
      if (isWithinAPage(operation, name, value)) {
        return Optional.of(
            name + " is within a page, and of a page its first eight bytes alone are compared");
      }
      if ((ADDRESSES.contains(name) && isOutside(value))
          || (LENGTHS.contains(name) && reachesOut(start, value))) {
        return Optional.of(
            String.format(
                "%s=0x%x reaches outside the layout, whose pages end at 0x%x",
                name, value, Pages.address(Layout.everything().endVpn())));
      }
    }
    return Optional.empty();
  }

  private static boolean isWithinAPage(Operation operation, String name, long value) {
    return WHOLE_PAGES.getOrDefault(operation.getClass(), Set.of()).contains(name)
        && value % Pages.SIZE != 0;
  }

  /** {@return whether an address is one of user space that no layout has} */
  private static boolean isOutside(long address) {
    boolean inLayout = address >= 0 && Pages.vpn(address) <= lastPage();
    return isInUserSpace(address) && !inLayout;
  }

  private static boolean reachesOut(long start, long length) {
    return length > 0
        && isInUserSpace(start)
        && isInUserSpace(length)
        && length > Layout.anchor() - start;
  }

  private static boolean isInUserSpace(long address) {
    return address >= -Layout.BASE && address < BEYOND_USER_SPACE;
  }

  private static long lastPage() {
    return Layout.everything().endVpn() - 1;
  }
}
