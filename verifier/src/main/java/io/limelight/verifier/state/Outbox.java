package io.limelight.verifier.state;

import io.limelight.store.Database;
import io.limelight.verifier.vault.StorageKey;
import java.time.InstantSource;

/**
 * What the database knows of telling others of failures: one store for each thing that is kept.
 *
 * @param notices what is told
 * @param brake what is held
 * @param receivers who is told
 * @param deliveries how far that is
 * @param receipts what the machines say they did about it
 * @param keys what signs notices
 * @param events what readers of the stream are told
 */
public record Outbox(
        NoticeStore notices,
        BrakeStore brake,
        ReceiverStore receivers,
        DeliveryStore deliveries,
        ReceiptStore receipts,
        RevocationKeyStore keys,
        EventStore events) {
    /** In this database; revocation keys were sealed with the storage key. */
    public static Outbox of(Database database, StorageKey key, InstantSource clock) {
        return new Outbox(
                new NoticeStore(database),
                new BrakeStore(database, clock),
                new ReceiverStore(database),
                new DeliveryStore(database, clock),
                new ReceiptStore(database, clock),
                new RevocationKeyStore(database, key),
                new EventStore(database));
    }
}
