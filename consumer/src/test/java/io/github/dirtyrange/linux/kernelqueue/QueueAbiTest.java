package io.github.dirtyrange.linux.kernelqueue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.linux.sys.Abi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** One description of the interface: the kernel's header, the manual page, and what Java uses. */
class QueueAbiTest {

  private static final Path HEADER =
      Path.of("kernel-lab/queue-kernel/include/uapi/linux/pagemap_queue.h");
  private static final Path PAGE = Path.of("../docs/kernel-api.md");

  private static HeaderText header() throws IOException {
    return HeaderText.parse(Files.readString(HEADER));
  }

  @Test
  void membersLieWhereTheHeaderHasThem() throws IOException {
    Map<String, Integer> ours = new TreeMap<>();
    ours.put("pmq_open.size", QueueAbi.OPEN_SIZE);
    ours.put("pmq_open.flags", QueueAbi.OPEN_FLAGS);
    ours.put("pmq_open.changed_mask", QueueAbi.OPEN_CHANGED_MASK);
    ours.put("pmq_open.now_mask", QueueAbi.OPEN_NOW_MASK);
    ours.put("pmq_open.max_bytes", QueueAbi.OPEN_MAX_BYTES);
    ours.put("pmq_open.vec", QueueAbi.OPEN_VEC);
    ours.put("pmq_open.vec_len", QueueAbi.OPEN_VEC_LEN);
    ours.put("page_change.now", Abi.REGION_START);
    ours.put("page_change.changed", QueueAbi.CHANGE_CHANGED);
    ours.put("pmq_vec.size", QueueAbi.VEC_SIZE);
    ours.put("pmq_vec.start", QueueAbi.VEC_START);
    ours.put("pmq_vec.vec", QueueAbi.VEC_VEC);
    ours.put("pmq_vec.vec_len", QueueAbi.VEC_VEC_LEN);
    ours.put("pmq_status.size", QueueAbi.STATUS_SIZE);
    ours.put("pmq_status.told", QueueAbi.STATUS_TOLD);
    ours.put("pmq_status.enabled", QueueAbi.STATUS_ENABLED);
    ours.put("pmq_status.epoch", QueueAbi.STATUS_EPOCH);
    ours.put("pmq_status.coarse", QueueAbi.STATUS_COARSE);
    ours.put("pmq_status.overflows", QueueAbi.STATUS_OVERFLOWS);
    ours.put("pmq_status.bytes", QueueAbi.STATUS_MEMORY);
    ours.put("pmq_status.tables", QueueAbi.STATUS_TABLES);
    assertThat(header().offsets()).containsExactlyInAnyOrderEntriesOf(ours);
  }

  @Test
  void structsHaveTheHeadersSizes() throws IOException {
    assertThat(header().sizes())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "pmq_open", QueueAbi.OPEN_BYTES,
                "page_change", QueueAbi.CHANGE_BYTES,
                "pmq_vec", QueueAbi.VEC_BYTES,
                "pmq_status", QueueAbi.STATUS_BYTES));
  }

  @Test
  void constantsAreTheHeaders() throws IOException {
    assertThat(header().constants())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "PMQ_GONE", QueueAbi.GONE,
                "PMQ_COARSE", QueueAbi.COARSE,
                "PMQ_HOT", QueueAbi.HOT,
                "PAGEMAP_QUEUE_OPEN", QueueAbi.OPEN,
                "PAGEMAP_QUEUE_PEEK", QueueAbi.PEEK,
                "PAGEMAP_QUEUE_STATUS", QueueAbi.STATUS,
                "PAGEMAP_QUEUE_UNSEEN", QueueAbi.UNSEEN,
                "PAGEMAP_QUEUE_ENABLE", QueueAbi.ENABLE,
                "PAGEMAP_QUEUE_DISABLE", QueueAbi.DISABLE));
  }

  /** They are handed on as they are. */
  @Test
  void flagsAreTheInterfacesOwn() {
    assertThat(QueueAbi.GONE).isEqualTo(Categories.GONE);
    assertThat(QueueAbi.COARSE).isEqualTo(Categories.COARSE);
    assertThat(QueueAbi.HOT).isEqualTo(Categories.HOT);
  }

  @Test
  void theManualPageDeclaresWhatTheHeaderDoes() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf("### SYNOPSIS");
    HeaderText synopsis =
        HeaderText.parse(page.substring(begin, page.indexOf("### DESCRIPTION", begin)));
    assertThat(synopsis).isEqualTo(header());
  }
}
