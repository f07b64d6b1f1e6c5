/** Storage of the services: JDBI over SQLite or PostgreSQL, schema by Flyway. */
@NullMarked
package io.limelight.store;

import org.jspecify.annotations.NullMarked;
