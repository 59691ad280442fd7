package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.conform.agent.AgentDiedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One process of the agent: the line to it, its pagemap, and what it has open of itself. */
final class RealProcess implements Closeable {

  private static final int ENTRIES_A_READ = 4096;

  private final AgentChannel channel;
  private final FileChannel pagemap;
  private final ByteBuffer entryBytes =
      ByteBuffer.allocateDirect(ENTRIES_A_READ * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final LongBuffer entryLongs = entryBytes.asLongBuffer();

  /** Descriptors of files in /proc/self, by their names. */
  private final Map<String, Long> ownFiles = new HashMap<>();

  private @Nullable RealUserfaultfd userfaultfd;

  RealProcess(AgentChannel channel) {
    this.channel = channel;
    try {
      pagemap = FileChannel.open(Path.of("/proc/" + channel.pid() + "/pagemap"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the agent's pagemap", e);
    }
  }

  AgentChannel channel() {
    return channel;
  }

  void readPagemap(long startVpn, int count, long[] entries) {
    try {
      for (int done = 0; done < count; ) {
        int wanted = Math.min(count - done, ENTRIES_A_READ);
        entryBytes.clear().limit(wanted * Long.BYTES);
        int bytes = pagemap.read(entryBytes, (startVpn + done) * Long.BYTES);
        if (bytes <= 0) {
          throw new AgentDiedException("process " + channel.pid() + " has no pagemap any more");
        }
        entryLongs.get(0, entries, done, bytes / Long.BYTES);
        done += bytes / Long.BYTES;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading the agent's pagemap", e);
    }
  }

  /** {@return a descriptor of a file of the process itself, for instance pagemap} */
  long own(String name, int flags) {
    return ownFiles.computeIfAbsent(name, n -> open("/proc/self/" + n, flags));
  }

  /** Writes eight bytes to a file at an offset; {@return what pwrite(2) comes to} */
  Outcome writeLong(long descriptor, long offset, long value) {
    channel.postStore(AgentChannel.SCRATCH, value);
    channel.postSystemCall(X64Abi.PWRITE64, descriptor, AgentChannel.SCRATCH, Long.BYTES, offset);
    channel.take();
    return Outcome.of(channel.take().value());
  }

  /** {@return the userfaultfd, null before it is opened} */
  @Nullable RealUserfaultfd userfaultfd() {
    return userfaultfd;
  }

  void setUserfaultfd(@Nullable RealUserfaultfd opened) {
    userfaultfd = opened;
  }

  /** Opens a file in the process; {@return the descriptor} */
  long open(String path, int flags) {
    channel.postReceive(AgentChannel.SCRATCH, (path + '\0').getBytes(StandardCharsets.US_ASCII));
    channel.postSystemCall(X64Abi.OPEN, AgentChannel.SCRATCH, flags);
    channel.take();
    return check("open " + path, channel.take().value());
  }

  @Override
  public void close() {
    try {
      pagemap.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing the agent's pagemap", e);
    }
  }

  static long check(String call, long result) {
    if (result < 0) {
      throw new IllegalStateException(call + " failed in the agent with errno " + -result);
    }
    return result;
  }
}
