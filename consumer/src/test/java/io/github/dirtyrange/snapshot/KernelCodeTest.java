package io.github.dirtyrange.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.live.LiveOptions;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.SnapshotStore;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pages of the kernel's code are in no page table until they are touched, and yet are there. */
@Timeout(60)
class KernelCodeTest {

  @TempDir Path folder;

  @BeforeAll
  static void onThisMachine() {
    OnLinux.need(Capability.WP_ASYNC);
  }

  @Test
  void itIsSavedWhole() throws Exception {
    try (CTarget cat = CTarget.start(Path.of("/bin/cat"));
        SnapshotStore store = SnapshotStore.create(folder.resolve("store"));
        FileChannel memory = FileChannel.open(Path.of("/proc/" + cat.pid() + "/mem"))) {
      assertThat(cat.ask("before")).isEqualTo("before");
      try (Snapshotter snapshotter =
          Snapshotter.open(
              LinuxKernel.open(), cat.pid(), store, LiveOptions.defaults(), () -> false)) {
        assertThat(snapshotter.copyStopped()).isPresent();
      }
      Generation saved = store.generations().get(0);
      List<SavedMapping> code =
          saved.mappings().stream().filter(each -> each.name().equals("[vdso]")).toList();
      assertThat(code).hasSize(1);
      List<Long> wrong = new ArrayList<>();
      for (long vpn = code.get(0).startVpn(); vpn < code.get(0).endVpn(); vpn++) {
        ByteBuffer page = ByteBuffer.allocate(Pages.SIZE);
        ByteBuffer there = ByteBuffer.allocate(Pages.SIZE);
        assertThat(memory.read(there, Pages.address(vpn))).isEqualTo(Pages.SIZE);
        assertThat(saved.read(vpn, page).hasBytes()).isTrue();
        if (!page.flip().equals(there.flip())) {
          wrong.add(vpn);
        }
      }
      assertThat(wrong).isEmpty();
    }
  }
}
