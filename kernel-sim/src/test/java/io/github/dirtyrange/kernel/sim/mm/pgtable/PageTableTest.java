package io.github.dirtyrange.kernel.sim.mm.pgtable;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.protocol.ChangeSteps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a change is a transition of does not depend on when it is told. */
class PageTableTest {

  private static final long BLOCK = 512 * 9;
  private static final long PAGE = Pte.of(7, Pte.WRITE | Pte.SOFT_DIRTY);
  private static final long HUGE = Pte.of(512, Pte.WRITE | Pte.SOFT_DIRTY | Pte.HUGE);

  private final List<String> told = new ArrayList<>();

  /** The ways to change entries; and what the change of each is a transition of. */
  private enum Entrance {
    SET("[3,4) PRESENT|SOFT_DIRTY ZAP") {
      @Override
      void change(PageTable pages) {
        pages.set(Pte::categories, BLOCK + 3, pages.makeTable(BLOCK), Pte.NONE, ChangeCause.ZAP);
      }
    },
    EDIT("[2,5) PRESENT|SOFT_DIRTY ZAP") {
      @Override
      void change(PageTable pages) {
        pages.edit(
            Pte::categories,
            BLOCK + 2,
            pages.makeTable(BLOCK),
            2,
            5,
            EntryEdit.ZAP,
            ChangeCause.ZAP);
      }
    },
    REPLACE("[0,1) SOFT_DIRTY PROTECT, [2,3) PRESENT|SOFT_DIRTY PROTECT") {
      @Override
      void change(PageTable pages) {
        long[] after = {Pte.of(7, 0), PAGE, Pte.NONE};
        pages.replace(
            Pte::categories, BLOCK, pages.makeTable(BLOCK), 0, 3, after, ChangeCause.PROTECT);
      }
    },
    SET_HUGE("[0,512) PRESENT|HUGE|SOFT_DIRTY FAULT") {
      @Override
      void prepare(PageTable pages) {}

      @Override
      void change(PageTable pages) {
        pages.setHuge(Pte::categories, BLOCK + 9, HUGE, ChangeCause.FAULT);
      }
    },
    SPLIT("[0,512) HUGE SPLIT") {
      @Override
      void prepare(PageTable pages) {
        pages.setHuge(Pte::categories, BLOCK, HUGE, ChangeCause.FAULT);
      }

      @Override
      void change(PageTable pages) {
        pages.split(Pte::categories, BLOCK, filled(PAGE));
      }
    },
    COLLAPSE("[0,512) HUGE COLLAPSE") {
      @Override
      void change(PageTable pages) {
        pages.collapse(Pte::categories, BLOCK, pages.makeTable(BLOCK), HUGE);
      }
    };

    private final String transitions;

    Entrance(String transitions) {
      this.transitions = transitions;
    }

    /** Sets entries for the change to meet: a page table full of them. */
    void prepare(PageTable pages) {
      PteTable table = pages.makeTable(BLOCK);
      pages.replace(Pte::categories, BLOCK, table, 0, 512, filled(PAGE), ChangeCause.FAULT);
    }

    abstract void change(PageTable pages);

    private static long[] filled(long entry) {
      long[] entries = new long[512];
      Arrays.fill(entries, entry);
      return entries;
    }
  }

  @ParameterizedTest
  @EnumSource(Entrance.class)
  void transitionsAreToldUnderTheLock(Entrance entrance) {
    assertThat(told(entrance)).isEqualTo(entrance.transitions);
  }

  @ParameterizedTest
  @EnumSource(Entrance.class)
  void transitionsAreTheSameWhereTheyAreToldAfterUnlocking(Entrance entrance) {
    assertThat(told(entrance, Quirk.RECORD_AFTER_UNLOCK)).isEqualTo(entrance.transitions);
  }

  @ParameterizedTest
  @EnumSource(Entrance.class)
  void transitionsAreTheSameWhereTheyAreToldBeforeLocking(Entrance entrance) {
    assertThat(told(entrance, Quirk.RECORD_AT_ENTRY)).isEqualTo(entrance.transitions);
  }

  /** {@return what an entrance's change is a transition of} */
  private String told(Entrance entrance, Quirk... quirks) {
    PageTable pages = new PageTable(new ChangeSteps(Set.of(quirks)));
    entrance.prepare(pages);
    pages.setSink(
        new TransitionSink() {
          @Override
          public void changed(long startVpn, long endVpn, long changed, ChangeCause cause) {
            String categories = Categories.toString(changed & ~Categories.WRITTEN);
            told.add(
                "["
                    + (startVpn - BLOCK)
                    + ","
                    + (endVpn - BLOCK)
                    + ") "
                    + categories
                    + " "
                    + cause);
          }

          @Override
          public void moved(long oldStartVpn, long newStartVpn, long pages) {}
        });
    entrance.change(pages);
    return String.join(", ", told);
  }
}
