/** What is handed to somebody who helps: versions, settings, the end of the log and recent problems, masked, and shown before. */
@NullMarked
package io.limelight.console.support;

import org.jspecify.annotations.NullMarked;
