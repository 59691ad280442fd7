package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The categories of PAGEMAP_SCAN, asked for one by one. */
class CategoryProbeTest {

  @BeforeAll
  static void needScans() {
    OnLinux.need(Capability.PAGEMAP_SCAN);
  }

  /** A kernel knows the category and shows no page of it where it maps no zero page. */
  @Test
  void noOtherVersionIsNamedWhereThereIsNoZeroPage() {
    try (ProbeChild child = ProbeChild.start()) {
      List<Capability> all = CategoryProbe.probe(child);
      Capability zero =
          all.stream().filter(each -> each.name().endsWith("PFNZERO")).findFirst().orElseThrow();
      if (!zero.available()) {
        assertThat(zero.detail()).contains("this kernel maps no zero page");
        assertThat(zero.remedy()).startsWith("nothing that can be set");
      }
    }
  }
}
