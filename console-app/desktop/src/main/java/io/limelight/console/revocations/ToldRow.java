package io.limelight.console.revocations;

import io.limelight.console.revocations.NoticeDetail.Delivery;
import io.limelight.console.revocations.NoticeDetail.Receipt;
import io.limelight.console.revocations.NoticeDetail.Result;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One receiver of a notice with all that is known of it.
 *
 * @param delivery what became of it
 * @param name as people call it
 * @param receipt what that machine says it did
 * @param blind whether it cannot check who signed it, as far as is known
 */
record ToldRow(Delivery delivery, String name, Optional<Receipt> receipt, boolean blind) {
    private static final Comparator<ToldRow> ORDER = Comparator.comparingInt(ToldRow::rank)
            .thenComparing(row -> at(row.delivery()))
            .thenComparing(ToldRow::name);

    private static Instant at(Delivery delivery) {
        @Nullable Instant changed = delivery.changed();
        return changed == null ? Instant.EPOCH : changed;
    }

    /** Trouble first, then in the order in which they were told. */
    private int rank() {
        if (!delivery.outcome().over()) {
            return 0;
        }
        if (delivery.outcome() != Notice.Outcome.DELIVERED) {
            return 1;
        }
        return failed() ? 2 : blind ? 3 : 4;
    }

    /** Whether one of its actions did not succeed. */
    boolean failed() {
        return receipt.filter(known -> known.result() == Result.FAILED).isPresent();
    }

    static List<ToldRow> of(
            NoticeDetail detail, Function<String, String> names, Function<String, CaKnowledge.Holding> packages) {
        Map<String, Receipt> receipts = new HashMap<>();
        detail.receipts().forEach(receipt -> receipts.put(receipt.receiver(), receipt));
        List<ToldRow> rows = new ArrayList<>();
        for (Delivery delivery : detail.deliveries()) {
            boolean machine = delivery.channel() == Channel.Kind.AGENT;
            Optional<Receipt> receipt =
                    machine ? Optional.ofNullable(receipts.get(delivery.receiver())) : Optional.empty();
            // Whoever says what it did has checked it.
            boolean blind =
                    machine && receipt.isEmpty() && packages.apply(delivery.receiver()) == CaKnowledge.Holding.NO;
            rows.add(new ToldRow(
                    delivery, machine ? names.apply(delivery.receiver()) : delivery.receiver(), receipt, blind));
        }
        rows.sort(ORDER);
        return rows;
    }
}
