// What an audit of best practices looks at, as Lighthouse's does: by the DevTools protocol, in the page as it is.
import type { CDPSession, Page } from "playwright-core";

/** Issues that the browser itself reports: deprecated features, a policy that is broken, cookies, and so on. */
export async function watchIssues(page: Page): Promise<{ session: CDPSession; issues: string[] }> {
  const session = await page.context().newCDPSession(page);
  const issues: string[] = [];
  session.on("Audits.issueAdded", ({ issue }) => {
    const { deprecationIssueDetails, contentSecurityPolicyIssueDetails, genericIssueDetails } =
      issue.details;
    const more =
      deprecationIssueDetails?.type ??
      contentSecurityPolicyIssueDetails?.violatedDirective ??
      genericIssueDetails?.errorType ??
      "";
    issues.push(`${issue.code} ${more}`.trim());
  });
  await session.send("Audits.enable");
  return { session, issues };
}

/** What the document itself does against them; an image by its address. */
export const faultsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const faults: string[] = [];
    const must = (kept: boolean, fault: string) => {
      if (!kept) faults.push(fault);
    };
    must(document.doctype?.name === "html" && !document.doctype.publicId, "no HTML doctype");
    must(document.compatMode === "CSS1Compat", "quirks mode");
    must(document.characterSet === "UTF-8", `written in ${document.characterSet}`);
    const viewport = document.querySelector<HTMLMetaElement>("meta[name=viewport]")?.content ?? "";
    must(viewport.includes("width=device-width"), "no viewport");
    must(!/user-scalable=no|maximum-scale=1\b/.test(viewport), "nobody can zoom");
    must(Boolean(document.documentElement.lang && document.title), "no language, or no title");
    must(Notification.permission !== "default" || !navigator.userActivation.isActive, "it asks");
    for (const image of document.images) {
      const { naturalWidth, naturalHeight, src } = image;
      const { width, height } = image.getBoundingClientRect();
      if (!naturalWidth || !width || src.endsWith(".svg")) continue;
      const cut = ["cover", "contain", "none"].includes(getComputedStyle(image).objectFit);
      const ratio = width / height / (naturalWidth / naturalHeight);
      must(cut || Math.abs(ratio - 1) < 0.05, `${src} is squeezed by ${ratio.toFixed(2)}`);
      // Sharp enough on a screen of two dots a pixel, as Lighthouse asks of small pictures.
      const sharp = naturalWidth >= 0.75 * width * Math.min(devicePixelRatio, 2);
      must(sharp, `${src} has ${naturalWidth} pixels for ${Math.round(width)}`);
    }
    for (const input of document.querySelectorAll("input:not([type=file]), textarea")) {
      const paste = new ClipboardEvent("paste", { bubbles: true, cancelable: true });
      must(input.dispatchEvent(paste), "an input takes no paste");
    }
    return faults;
  });
