package io.github.dirtyrange.linux.symbol;

import io.github.dirtyrange.linux.mm.MemoryIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process has compiled itself, as its {@code /tmp/perf-PID.map} says. The path and the
 * number are those that the process itself has for them.
 */
final class CompiledCode {

  private static final Pattern NUMBERS = Pattern.compile("\nNSpid:\t(?:\\d+\t)*(\\d+)\n");

  private final MemoryIdentity identity;
  private PerfMap map = new PerfMap();
  private boolean looked;

  CompiledCode(MemoryIdentity identity) {
    this.identity = identity;
  }

  /** The next name is looked for in what the file says then. */
  void look() {
    looked = false;
  }

  /** {@return the name of what was compiled to an address; empty if none is known} */
  String name(long address) {
    if (!looked) {
      looked = true;
      open().ifPresent(this::read);
    }
    return map.name(address);
  }

  private Optional<OpenedFile> open() {
    try {
      Path status = identity.threads().resolve("../status");
      Matcher numbers = NUMBERS.matcher(Files.readString(status, StandardCharsets.ISO_8859_1));
      return numbers.find()
          ? OpenedFile.open(identity.path("root") + "/tmp/perf-" + numbers.group(1) + ".map")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Anybody may put a file there: it must be the process's own, or root's, as perf has it. */
  private void read(OpenedFile opened) {
    try (OpenedFile file = opened) {
      Object owner = Files.getAttribute(identity.threads(), "unix:uid", LinkOption.NOFOLLOW_LINKS);
      if (file.owner() == 0 || owner.equals((int) file.owner())) {
        map = file.bytes() < map.bytesRead() ? new PerfMap() : map;
        map.readOn(file);
      }
    } catch (IOException e) {
      // The process has gone.
    }
  }
}
