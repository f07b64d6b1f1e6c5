package io.limelight.console.records;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.store.StoreException;

/** Trouble with the console's file, in words. */
final class RecordsTrouble {
    private RecordsTrouble() {}

    static Problem problem(Words words, StoreException trouble, String file) {
        return Problems.of(words, code(trouble), String.valueOf(trouble.getMessage()), file);
    }

    private static String code(StoreException trouble) {
        return switch (trouble.kind()) {
            case FULL -> "records.full";
            case LOCKED -> "records.locked";
            case READ_ONLY, DENIED -> "records.read-only";
            case DAMAGED -> "records.damaged";
            case FOREIGN_SCHEMA -> "records.newer";
            case IO, UNREACHABLE, CLOSED, OTHER -> "records.failed";
        };
    }
}
