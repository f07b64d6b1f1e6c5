package io.limelight.console.records;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.store.StoreException;
import io.limelight.store.local.LocalDatabase;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** What all stores of the console's file do alike: never on the screen's thread, and trouble in words. */
final class RecordStore {
    private final LocalDatabase database;
    private final Words words;

    RecordStore(LocalDatabase database, Words words) {
        this.database = database;
        this.words = words;
    }

    Words words() {
        return words;
    }

    <T> T read(Function<Handle, T> query) throws ProblemException {
        ScreenThread.refuse("reading what is remembered");
        try {
            return database.read(query);
        } catch (StoreException e) {
            throw new ProblemException(RecordsTrouble.problem(words, e, database.name()), e);
        }
    }

    <T> T write(Function<Handle, T> work) throws ProblemException {
        ScreenThread.refuse("writing what is remembered");
        try {
            return database.write(work);
        } catch (StoreException e) {
            throw new ProblemException(RecordsTrouble.problem(words, e, database.name()), e);
        }
    }
}
