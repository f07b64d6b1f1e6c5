package io.limelight.store;

/** The database cannot do what was asked; the message says which one, why, and what to do. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is, for callers that act on it. */
    public enum Kind {
        /** No room on the disk, or a size limit reached. Reading goes on, writing works again once there is room. */
        FULL,
        /** The server of the database cannot be reached at the moment. */
        UNREACHABLE,
        /** The server lets this user not in, or not do that. */
        DENIED,
        /** Another program holds the database. */
        LOCKED,
        /** The file or its folder cannot be written by this user. */
        READ_ONLY,
        /** The content is no database, or a broken one. */
        DAMAGED,
        /** The operating system failed to read or write. */
        IO,
        /** The schema is of a newer release, or is not one of ours. */
        FOREIGN_SCHEMA,
        /** The store was closed. */
        CLOSED,
        /** Anything else: a statement that contradicts the schema, for one. */
        OTHER
    }

    private final Kind kind;

    /** Trouble of a kind, and what it came from. */
    public StoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Trouble of a kind. */
    public StoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Trouble of {@link Kind#OTHER}: what is stored makes no sense to the caller, for one. */
    public StoreException(String message) {
        this(Kind.OTHER, message);
    }

    /** What kind of trouble it is. */
    public Kind kind() {
        return kind;
    }
}
