// How far a large upload is. Without this script, or for small files, the form is sent as it stands.
"use strict";
(() => {
  const LARGE = 1 << 20; // bytes; below this a bar would only flash
  const size = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;

  const panel = (form) => {
    let found = form.querySelector(".lx-upload");
    if (!found) {
      found = document.createElement("div");
      found.className = "lx-upload";
      const words = document.createElement("p");
      words.setAttribute("role", "status");
      const bar = document.createElement("progress");
      bar.max = 100;
      bar.setAttribute("aria-label", "上传进度");
      const stop = document.createElement("button");
      stop.type = "button";
      stop.className = "btn btn-outline-secondary btn-sm";
      stop.textContent = "停止上传";
      found.append(words, bar, stop);
      form.append(found);
    }
    return found;
  };

  const say = (box, words, failed) => {
    const place = box.querySelector("p");
    place.setAttribute("role", failed ? "alert" : "status");
    place.classList.toggle("lx-field-error", failed);
    place.textContent = words;
    box.querySelector("progress").hidden = failed;
    box.querySelector("button").hidden = failed;
  };

  const open = (form, on) => {
    for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = !on;
  };

  const download = (request) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(request.response);
    const told = /filename\*=UTF-8''([^;]+)/.exec(request.getResponseHeader("Content-Disposition") || "");
    link.download = told ? decodeURIComponent(told[1]) : "文件";
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  // A page that asks for corrections: its text takes the place of this one's; a file has to be chosen anew.
  const show = async (request) => {
    const page = new DOMParser().parseFromString(await request.response.text(), "text/html");
    const main = page.querySelector("main");
    if (!main) return false;
    document.querySelector("main").replaceWith(document.adoptNode(main));
    document.title = page.title;
    if (window.htmx) window.htmx.process(main);
    (document.querySelector("[data-focus]") || main).focus();
    return true;
  };

  const answered = async (request, form, box) => {
    const next = request.getResponseHeader("X-Goes-On");
    if (next) {
      window.location.assign(next);
      return;
    }
    if (/^attachment/.test(request.getResponseHeader("Content-Disposition") || "")) {
      download(request);
      box.remove();
      open(form, true);
      return;
    }
    if (await show(request)) return;
    say(box, "没有办理，系统没有保存任何内容。您填写的内容还在，请稍后再试。", true);
    open(form, true);
  };

  const send = (form, data) => {
    const box = panel(form);
    const request = new XMLHttpRequest();
    let told = -1;
    const broken = (words) => {
      say(box, `${words}您填写的内容和选择的文件都还在，可以直接再次提交；如果其实已经收到，不会重复办理。`, true);
      open(form, true);
    };
    say(box, "正在上传 …", false);
    box.querySelector("button").onclick = () => request.abort();
    request.upload.onprogress = (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((100 * event.loaded) / event.total);
      box.querySelector("progress").value = percent;
      if (percent === 100) say(box, "已传完，正在接收 …", false);
      else if (Math.floor(percent / 10) !== told) say(box, `正在上传：${percent}%，${size(event.loaded)} / ${size(event.total)}`, false);
      told = Math.floor(percent / 10);
    };
    request.onload = () => answered(request, form, box);
    request.onerror = () => broken("连接中断，文件没有传完，系统没有保存任何内容。");
    request.ontimeout = request.onerror;
    request.onabort = () => broken("已停止上传，系统没有保存任何内容。");
    request.open("POST", form.getAttribute("action") || window.location.href);
    request.setRequestHeader("X-Upload", "1");
    request.responseType = "blob";
    request.send(data);
    open(form, false);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.enctype !== "multipart/form-data") return;
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((field) => [...field.files]);
    if (files.reduce((sum, file) => sum + file.size, 0) < LARGE) return;
    event.preventDefault();
    const data = new FormData(form);
    const by = event.submitter;
    if (by && by.name) data.append(by.name, by.value);
    send(form, data);
  });
  window.addEventListener("offline", () => {
    for (const words of document.querySelectorAll(".lx-upload p[role=status]"))
      words.textContent = "网络已断开，正在等待恢复 …";
  });
})();
