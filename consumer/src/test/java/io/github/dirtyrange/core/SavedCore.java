package io.github.dirtyrange.core;

import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.lab.ForwardingKernel;
import io.github.dirtyrange.lab.ForwardingProcess;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.live.LiveOptions;
import io.github.dirtyrange.snapshot.Snapshotter;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A live process saved in a store, twice, and the last generation of it as a core. */
final class SavedCore {

  private byte[] notes = {};

  private SavedCore() {}

  /** Writes the core {@code name} of a process into a folder; {@return its path} */
  static Path write(int pid, Path folder, String name) throws IOException {
    return new SavedCore().save(pid, folder, name);
  }

  private Path save(int pid, Path folder, String name) throws IOException {
    Kernel kernel = new ForwardingKernel(LinuxKernel.open(), Noting::new);
    try (SnapshotStore store = SnapshotStore.create(folder.resolve(name + "-store"));
        Snapshotter snapshotter =
            Snapshotter.open(kernel, pid, store, LiveOptions.defaults(), () -> false)) {
      snapshotter.copyRunning();
      snapshotter.copyStopped();
      List<Generation> generations = store.generations();
      Generation last = generations.get(generations.size() - 1);
      Path core = folder.resolve(name);
      try (FileChannel out =
          FileChannel.open(core, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        CoreFile.write(last, ByteBuffer.wrap(notes), out);
      }
      return core;
    }
  }

  /** Takes the notes while the process stands. */
  private final class Noting extends ForwardingProcess {

    Noting(TrackedProcess process) {
      super(process);
    }

    @Override
    public Frozen freeze() {
      Frozen frozen = super.freeze();
      notes = CoreNotes.of(this, frozen).orElseThrow();
      return frozen;
    }
  }
}
