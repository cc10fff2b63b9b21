((script, wasm) => {
	let started = false;
	const start = async () => {
		if (started) return;
		started = true;
		const bytes = fetch(wasm);
		const islands = await import(script);
		await islands.default({ module_or_path: bytes });
		islands.hydrate();
		for (const island of document.querySelectorAll("leptos-island")) islands[island.dataset.component]?.(island);
	};
	const painted = (entries) => entries.getEntriesByName("first-contentful-paint").length && start();
	if (window.PerformanceObserver?.supportedEntryTypes?.includes("paint"))
		new PerformanceObserver(painted).observe({ type: "paint", buffered: true });
	else if (document.readyState === "complete") start();
	else addEventListener("load", start);
})
